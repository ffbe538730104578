package io.ganglion.compiler.backend.neuron;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.backend.neuron.Hlo.Shape;
import io.ganglion.core.nrt.NeuronType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds an HloModuleProto, instruction by instruction. Operands come before their users, as
 * readers require. Not thread-safe.
 */
final class HloModule {
  private static final String ENTRY = "encoder";
  private static final long ENTRY_ID = 3;

  private final List<HloInstruction> instructions = new ArrayList<>();
  private final List<Shape> parameters = new ArrayList<>();
  private final List<String> parameterNames = new ArrayList<>();
  private long nextId = 100; // smaller ids belong to the reducers
  private long rootId;
  private ByteString resultShape = ByteString.EMPTY;

  /** The function that a reduction applies to two values. */
  enum Reducer {
    ADD("add", 1),
    MAXIMUM("maximum", 2);

    private final String opcode;
    private final long id;

    Reducer(String opcode, long id) {
      this.opcode = opcode;
      this.id = id;
    }

    /** A computation of two fp32 scalars. */
    private ByteString proto() {
      Shape scalar = Shape.of(NeuronType.FP32);
      Protos computation = new Protos().text(Hlo.COMPUTATION_NAME, "reduce_" + opcode);
      long first = id * 10;
      for (int i = 0; i < 2; i++) {
        Protos parameter =
            instruction("reduce_" + opcode + "_" + i, "parameter", first + i, scalar);
        parameter.number(Hlo.PARAMETER_NUMBER, i);
        computation.message(Hlo.COMPUTATION_INSTRUCTIONS, parameter.bytes());
      }
      Protos root = instruction("reduce_" + opcode + "_root", opcode, first + 2, scalar);
      root.numbers(Hlo.OPERAND_IDS, first, first + 1);
      ByteString shape =
          Hlo.programShape(List.of(scalar, scalar), List.of("a", "b"), scalar.proto());
      return computation
          .message(Hlo.COMPUTATION_INSTRUCTIONS, root.bytes())
          .message(Hlo.COMPUTATION_PROGRAM_SHAPE, shape)
          .number(Hlo.COMPUTATION_ID, id)
          .number(Hlo.COMPUTATION_ROOT_ID, first + 2)
          .bytes();
    }

    long id() {
      return id;
    }
  }

  /**
   * A value of the module.
   *
   * @param id of its instruction
   * @param shape of its elements
   */
  record Value(long id, Shape shape) {}

  private static Protos instruction(String name, String opcode, long id, Shape shape) {
    return new Protos()
        .text(Hlo.NAME, name)
        .text(Hlo.OPCODE, opcode)
        .message(Hlo.SHAPE, shape.proto())
        .number(Hlo.ID, id);
  }

  /** Adds an instruction with these operands and fields. */
  Value add(String opcode, Shape shape, Protos fields, Value... operands) {
    long id = nextId++;
    long[] ids = Arrays.stream(operands).mapToLong(Value::id).toArray();
    Protos proto = instruction(opcode + "." + id, opcode, id, shape);
    proto.numbers(Hlo.OPERAND_IDS, ids);
    instructions.add(new HloInstruction(proto.bytes().concat(fields.bytes()), null));
    return new Value(id, shape);
  }

  /** Adds the next parameter, which the NEFF shall call {@code name}. */
  Value parameter(String name, Shape shape) {
    int number = parameters.size();
    parameters.add(shape);
    parameterNames.add(name);
    long id = nextId++;
    Protos proto = instruction(name, "parameter", id, shape);
    proto.number(Hlo.PARAMETER_NUMBER, number);
    proto.message(Hlo.FRONTEND_ATTRIBUTES, Hlo.attributes("neff_input_name", name));
    instructions.add(new HloInstruction(proto.bytes(), null));
    return new Value(id, shape);
  }

  /** Adds a constant with this name. Its values are read when the module is written. */
  Value constant(String name, Shape shape, HloInstruction.Values values) {
    long id = nextId++;
    ByteString fields = instruction(name, "constant", id, shape).bytes();
    HloInstruction.Literal literal = new HloInstruction.Literal(shape, values);
    instructions.add(new HloInstruction(fields, literal));
    return new Value(id, shape);
  }

  /** Sets the result, a tuple with one element, which the NEFF shall call {@code name}. */
  void result(String name, Value value) {
    rootId = nextId++;
    resultShape = Hlo.tuple(value.shape());
    Protos proto =
        new Protos()
            .text(Hlo.NAME, "result")
            .text(Hlo.OPCODE, "tuple")
            .message(Hlo.SHAPE, resultShape)
            .number(Hlo.ID, rootId)
            .numbers(Hlo.OPERAND_IDS, value.id())
            .message(Hlo.FRONTEND_ATTRIBUTES, Hlo.attributes("neff_output_names", name));
    instructions.add(new HloInstruction(proto.bytes(), null));
  }

  /** Writes the serialized module. Reads the weights here, one at a time. */
  void write(Path file) throws CompileException {
    ByteString shape = Hlo.programShape(parameters, parameterNames, resultShape);
    ByteString head =
        new Protos()
            .text(Hlo.MODULE_NAME, ENTRY)
            .text(Hlo.MODULE_ENTRY_NAME, ENTRY)
            .number(Hlo.MODULE_ID, 1)
            .number(Hlo.MODULE_ENTRY_ID, ENTRY_ID)
            .message(Hlo.MODULE_PROGRAM_SHAPE, shape)
            .message(Hlo.MODULE_COMPUTATIONS, Reducer.ADD.proto())
            .message(Hlo.MODULE_COMPUTATIONS, Reducer.MAXIMUM.proto())
            .bytes();
    ByteString tail =
        new Protos()
            .text(Hlo.COMPUTATION_NAME, ENTRY)
            .message(Hlo.COMPUTATION_PROGRAM_SHAPE, shape)
            .number(Hlo.COMPUTATION_ID, ENTRY_ID)
            .number(Hlo.COMPUTATION_ROOT_ID, rootId)
            .bytes();
    long size = tail.size();
    for (HloInstruction instruction : instructions) {
      size += HloInstruction.lengthDelimited(Hlo.COMPUTATION_INSTRUCTIONS, instruction.size());
    }
    if (size + head.size() + 16 > Integer.MAX_VALUE) {
      throw new CompileException(
          "The HLO module would have "
              + size
              + " bytes and its format ends at 2 GiB: compile it in bfloat16 or float16.");
    }
    try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file))) {
      CodedOutputStream out = CodedOutputStream.newInstance(stream, 1 << 16);
      out.writeRawBytes(head);
      out.writeTag(Hlo.MODULE_COMPUTATIONS, 2);
      out.writeUInt32NoTag((int) size);
      for (HloInstruction instruction : instructions) {
        out.writeTag(Hlo.COMPUTATION_INSTRUCTIONS, 2);
        out.writeUInt32NoTag((int) instruction.size());
        instruction.write(out);
      }
      out.writeRawBytes(tail);
      out.flush();
    } catch (IOException e) {
      throw new CompileException("Cannot write the HLO module " + file + ": " + e, e);
    }
  }
}
