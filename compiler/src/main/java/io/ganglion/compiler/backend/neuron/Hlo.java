package io.ganglion.compiler.backend.neuron;

import com.google.protobuf.ByteString;
import io.ganglion.core.nrt.NeuronType;
import java.util.Arrays;
import java.util.List;

/**
 * Field numbers of XLA's hlo.proto and xla_data.proto (openxla/xla, xla/service/hlo.proto and
 * xla/xla_data.proto), as far as our modules need them, and helpers for small messages.
 */
final class Hlo {
  static final int MODULE_NAME = 1;
  static final int MODULE_ENTRY_NAME = 2;
  static final int MODULE_COMPUTATIONS = 3;
  static final int MODULE_PROGRAM_SHAPE = 4;
  static final int MODULE_ID = 5;
  static final int MODULE_ENTRY_ID = 6;

  static final int COMPUTATION_NAME = 1;
  static final int COMPUTATION_INSTRUCTIONS = 2;
  static final int COMPUTATION_PROGRAM_SHAPE = 4;
  static final int COMPUTATION_ID = 5;
  static final int COMPUTATION_ROOT_ID = 6;

  static final int NAME = 1;
  static final int OPCODE = 2;
  static final int SHAPE = 3;
  static final int LITERAL = 8;
  static final int PARAMETER_NUMBER = 9;
  static final int DIMENSIONS = 14;
  static final int SLICE_DIMENSIONS = 17;
  static final int DOT_DIMENSION_NUMBERS = 30;
  static final int ID = 35;
  static final int OPERAND_IDS = 36;
  static final int CALLED_COMPUTATION_IDS = 38;
  static final int FRONTEND_ATTRIBUTES = 68;

  static final int LITERAL_SHAPE = 1;

  private static final int ELEMENT_TYPE_TUPLE = 13;

  private Hlo() {}

  /** A row-major array of the type. */
  record Shape(NeuronType type, List<Integer> sizes) {
    static Shape of(NeuronType type, int... sizes) {
      return new Shape(type, Arrays.stream(sizes).boxed().toList());
    }

    long elements() {
      return sizes.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    int[] array() {
      return sizes.stream().mapToInt(Integer::intValue).toArray();
    }

    ByteString proto() {
      long[] dimensions = sizes.stream().mapToLong(Integer::longValue).toArray();
      long[] minorToMajor = new long[dimensions.length];
      for (int i = 0; i < dimensions.length; i++) {
        minorToMajor[i] = dimensions.length - 1L - i;
      }
      // Field 4 is the layout's format, 1 for dense. It was removed, but older readers need it.
      ByteString layout = new Protos().numbers(1, minorToMajor).number(4, 1).bytes();
      return new Protos()
          .number(2, elementType(type))
          .numbers(3, dimensions)
          .message(5, layout)
          .bytes();
    }
  }

  static ByteString tuple(Shape... elements) {
    Protos proto = new Protos().number(2, ELEMENT_TYPE_TUPLE);
    for (Shape element : elements) {
      proto.message(4, element.proto());
    }
    return proto.bytes();
  }

  /** XLA's PrimitiveType. */
  private static int elementType(NeuronType type) {
    return switch (type) {
      case FP16 -> 10;
      case FP32 -> 11;
      case BF16 -> 16;
    };
  }

  /** The field of LiteralProto that holds elements of the type, as little-endian bytes. */
  static int literalField(NeuronType type) {
    return switch (type) {
      case FP32 -> 8;
      case FP16 -> 11;
      case BF16 -> 13;
    };
  }

  static ByteString slice(long start, long limit) {
    return new Protos().number(1, start).number(2, limit).number(3, 1).bytes();
  }

  static ByteString dotNumbers(long leftAxis, long rightAxis, long... batchAxes) {
    return new Protos()
        .numbers(1, leftAxis)
        .numbers(2, rightAxis)
        .numbers(3, batchAxes)
        .numbers(4, batchAxes)
        .bytes();
  }

  static ByteString attributes(String key, String value) {
    return new Protos().entry(1, key, value).bytes();
  }

  static ByteString programShape(List<Shape> parameters, List<String> names, ByteString result) {
    Protos proto = new Protos();
    parameters.forEach(parameter -> proto.message(1, parameter.proto()));
    proto.message(2, result);
    names.forEach(name -> proto.text(3, name));
    return proto.bytes();
  }
}
