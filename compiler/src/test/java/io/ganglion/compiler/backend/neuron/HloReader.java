package io.ganglion.compiler.backend.neuron;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Reads a serialized HloModuleProto for {@link HloInterpreter}. It shares no code with the emitter,
 * so that a wrong field number shows. Field names are those of XLA's hlo.proto.
 */
@SuppressWarnings("ArrayRecordComponent") // read only, compared nowhere
final class HloReader {
  record Shape(int elementType, int[] dimensions, List<Shape> elementsOfTuple) {
    boolean same(Shape other) {
      return elementType == other.elementType
          && Arrays.equals(dimensions, other.dimensions)
          && elementsOfTuple.size() == other.elementsOfTuple.size()
          && IntStream.range(0, elementsOfTuple.size())
              .allMatch(i -> elementsOfTuple.get(i).same(other.elementsOfTuple.get(i)));
    }

    int elements() {
      int elements = 1;
      for (int size : dimensions) {
        elements *= size;
      }
      return elements;
    }
  }

  record Instruction(
      String name,
      String opcode,
      Shape shape,
      long id,
      List<Long> operandIds,
      List<Long> dimensions,
      List<Long> calledComputationIds,
      List<long[]> sliceDimensions,
      List<List<Long>> dotDimensionNumbers,
      long parameterNumber,
      Map<String, String> frontendAttributes,
      Shape literalShape,
      float[] literal) {}

  record ProgramShape(List<Shape> parameters, Shape result, List<String> parameterNames) {}

  record Computation(
      String name,
      long id,
      long rootId,
      List<Instruction> instructions,
      ProgramShape programShape) {}

  /** All computations, in the order of the file. */
  record Module(
      String name,
      String entryName,
      long entryId,
      Map<Long, Computation> computations,
      ProgramShape hostProgramShape) {}

  private HloReader() {}

  static Module module(byte[] bytes) throws InvalidProtocolBufferException {
    UnknownFieldSet module = UnknownFieldSet.parseFrom(bytes);
    Map<Long, Computation> computations = new LinkedHashMap<>();
    for (ByteString computation : messages(module, 3)) {
      Computation read = computation(UnknownFieldSet.parseFrom(computation));
      if (computations.put(read.id(), read) != null) {
        throw new IllegalArgumentException("two computations " + read.id());
      }
    }
    return new Module(
        text(module, 1), text(module, 2), number(module, 6), computations, program(module, 4));
  }

  private static Computation computation(UnknownFieldSet proto)
      throws InvalidProtocolBufferException {
    List<Instruction> instructions = new ArrayList<>();
    for (ByteString instruction : messages(proto, 2)) {
      instructions.add(instruction(UnknownFieldSet.parseFrom(instruction)));
    }
    return new Computation(
        text(proto, 1), number(proto, 5), number(proto, 6), instructions, program(proto, 4));
  }

  private static ProgramShape program(UnknownFieldSet proto, int field)
      throws InvalidProtocolBufferException {
    UnknownFieldSet program = UnknownFieldSet.parseFrom(messages(proto, field).get(0));
    return new ProgramShape(
        shapes(program, 1),
        shapes(program, 2).get(0),
        messages(program, 3).stream().map(ByteString::toStringUtf8).toList());
  }

  private static List<Shape> shapes(UnknownFieldSet proto, int field)
      throws InvalidProtocolBufferException {
    List<Shape> shapes = new ArrayList<>();
    for (ByteString message : messages(proto, field)) {
      shapes.add(shape(UnknownFieldSet.parseFrom(message)));
    }
    return shapes;
  }

  private static Instruction instruction(UnknownFieldSet proto)
      throws InvalidProtocolBufferException {
    List<long[]> slices = new ArrayList<>();
    for (ByteString slice : messages(proto, 17)) {
      UnknownFieldSet range = UnknownFieldSet.parseFrom(slice);
      slices.add(new long[] {number(range, 1), number(range, 2), number(range, 3)});
    }
    List<List<Long>> dot = new ArrayList<>();
    for (ByteString numbers : messages(proto, 30)) {
      UnknownFieldSet set = UnknownFieldSet.parseFrom(numbers);
      for (int field = 1; field <= 4; field++) {
        dot.add(numbers(set, field));
      }
    }
    return new Instruction(
        text(proto, 1),
        text(proto, 2),
        shape(UnknownFieldSet.parseFrom(messages(proto, 3).get(0))),
        number(proto, 35),
        numbers(proto, 36),
        numbers(proto, 14),
        numbers(proto, 38),
        slices,
        dot,
        number(proto, 9),
        attributes(proto),
        literalShape(proto),
        literal(proto));
  }

  private static Map<String, String> attributes(UnknownFieldSet proto)
      throws InvalidProtocolBufferException {
    Map<String, String> attributes = new HashMap<>();
    for (ByteString message : messages(proto, 68)) {
      for (ByteString entry : messages(UnknownFieldSet.parseFrom(message), 1)) {
        UnknownFieldSet pair = UnknownFieldSet.parseFrom(entry);
        attributes.put(text(pair, 1), text(pair, 2));
      }
    }
    return attributes;
  }

  private static Shape shape(UnknownFieldSet proto) throws InvalidProtocolBufferException {
    int[] dimensions = numbers(proto, 3).stream().mapToInt(Math::toIntExact).toArray();
    int type = (int) number(proto, 2);
    if (type != HloInterpreter.TUPLE) {
      UnknownFieldSet layout = UnknownFieldSet.parseFrom(messages(proto, 5).get(0));
      List<Long> minorToMajor = numbers(layout, 1);
      if (minorToMajor.size() != dimensions.length) {
        throw new IllegalArgumentException("a layout of another rank: " + minorToMajor);
      }
      for (int i = 0; i < dimensions.length; i++) {
        if (minorToMajor.get(i) != dimensions.length - 1 - i) {
          throw new IllegalArgumentException("not row-major: " + minorToMajor);
        }
      }
    }
    return new Shape(type, dimensions, shapes(proto, 4));
  }

  private static Shape literalShape(UnknownFieldSet proto) throws InvalidProtocolBufferException {
    List<ByteString> literal = messages(proto, 8);
    return literal.isEmpty() ? null : shapes(UnknownFieldSet.parseFrom(literal.get(0)), 1).get(0);
  }

  private static float[] literal(UnknownFieldSet proto) throws InvalidProtocolBufferException {
    if (messages(proto, 8).isEmpty()) {
      return null;
    }
    UnknownFieldSet literal = UnknownFieldSet.parseFrom(messages(proto, 8).get(0));
    Shape shape = literalShape(proto);
    int field =
        Map.of(HloInterpreter.F32, 8, HloInterpreter.F16, 11, HloInterpreter.BF16, 13)
            .get(shape.elementType());
    ByteBuffer bytes =
        messages(literal, field).get(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (shape.elementType()) {
            case HloInterpreter.F32 -> bytes.getFloat();
            case HloInterpreter.F16 -> HloInterpreter.half(bytes.getShort());
            default -> Float.intBitsToFloat(bytes.getShort() << 16);
          };
    }
    if (bytes.hasRemaining()) {
      throw new IllegalArgumentException("a literal with more than " + values.length);
    }
    return values;
  }

  private static List<ByteString> messages(UnknownFieldSet proto, int field) {
    return proto.getField(field).getLengthDelimitedList();
  }

  private static String text(UnknownFieldSet proto, int field) {
    return messages(proto, field).get(0).toStringUtf8();
  }

  private static long number(UnknownFieldSet proto, int field) {
    List<Long> values = proto.getField(field).getVarintList();
    return values.isEmpty() ? 0 : values.get(values.size() - 1);
  }

  private static List<Long> numbers(UnknownFieldSet proto, int field)
      throws InvalidProtocolBufferException {
    List<Long> values = new ArrayList<>(proto.getField(field).getVarintList());
    for (ByteString packed : messages(proto, field)) {
      CodedInputStream in = packed.newCodedInput();
      try {
        while (!in.isAtEnd()) {
          values.add(in.readInt64());
        }
      } catch (InvalidProtocolBufferException e) {
        throw e;
      } catch (java.io.IOException e) {
        throw new InvalidProtocolBufferException(e);
      }
    }
    return values;
  }
}
