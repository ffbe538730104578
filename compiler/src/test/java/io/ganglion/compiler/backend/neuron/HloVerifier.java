package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.backend.neuron.HloReader.Computation;
import io.ganglion.compiler.backend.neuron.HloReader.Instruction;
import io.ganglion.compiler.backend.neuron.HloReader.Module;
import io.ganglion.compiler.backend.neuron.HloReader.ProgramShape;
import io.ganglion.compiler.backend.neuron.HloReader.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Refuses what XLA's proto reader and verifier would refuse, for the operations that we use:
 * repeated names and ids, use before definition, callers before callees, shapes that do not follow
 * from the operands, program shapes that differ from parameters and root. Throws
 * IllegalArgumentException. Shares no code with the emitter.
 */
final class HloVerifier {
  private static final Set<String> UNARY =
      Set.of("exponential", "tanh", "erf", "rsqrt"); // of floating-point types
  private static final Set<String> BINARY =
      Set.of("add", "subtract", "multiply", "divide", "maximum");

  private final Module module;
  private final Set<String> names = new HashSet<>();
  private final Set<Long> ids = new HashSet<>();
  private final Map<Long, Computation> known = new HashMap<>();

  private HloVerifier(Module module) {
    this.module = module;
  }

  static void check(Module module) {
    new HloVerifier(module).check();
  }

  private void check() {
    Set<String> computations = new HashSet<>();
    for (Computation computation : module.computations().values()) {
      require(computations.add(computation.name()), "two computations " + computation.name());
      check(computation);
      known.put(computation.id(), computation);
    }
    Computation entry = module.computations().get(module.entryId());
    require(entry != null, "no entry " + module.entryId());
    require(entry.name().equals(module.entryName()), "the entry's name and id differ");
    require(same(entry.programShape(), module.hostProgramShape()), "two program shapes");
  }

  private void check(Computation computation) {
    Map<Long, Instruction> defined = new HashMap<>();
    List<Instruction> parameters = new ArrayList<>();
    for (Instruction op : computation.instructions()) {
      require(!op.name().isEmpty() && names.add(op.name()), "two instructions " + op.name());
      require(op.id() > 0 && op.id() <= Integer.MAX_VALUE && ids.add(op.id()), "the id " + op.id());
      require(defined.keySet().containsAll(op.operandIds()), op.name() + " before its operand");
      checkShape(op, op.operandIds().stream().map(id -> defined.get(id).shape()).toList());
      if (op.opcode().equals("parameter")) {
        parameters.add(op);
      }
      defined.put(op.id(), op);
    }
    Instruction root = defined.get(computation.rootId());
    require(root != null, "no root in " + computation.name());
    ProgramShape program = computation.programShape();
    require(program.result().same(root.shape()), "the result is not the root's shape");
    require(program.parameters().size() == parameters.size(), "another number of parameters");
    require(program.parameterNames().size() == parameters.size(), "parameters without a name");
    Set<Long> numbers = new HashSet<>();
    for (Instruction parameter : parameters) {
      long number = parameter.parameterNumber();
      require(numbers.add(number) && number < parameters.size(), "the parameter number " + number);
      require(program.parameters().get((int) number).same(parameter.shape()), parameter.name());
    }
  }

  private void checkShape(Instruction op, List<Shape> operands) {
    String opcode = op.opcode();
    int arity =
        switch (opcode) {
          case "parameter", "constant" -> 0;
          case "dot", "reduce" -> 2;
          default -> BINARY.contains(opcode) ? 2 : 1;
        };
    require(operands.size() == arity, op.name() + " has " + operands.size() + " operands");
    switch (opcode) {
      case "parameter" -> {}
      case "constant" -> require(op.literalShape().same(op.shape()), op.name());
      case "convert" -> require(sizes(op, operands.get(0)), op.name() + " changes sizes");
      case "reshape" -> require(op.shape().elements() == operands.get(0).elements(), op.name());
      case "broadcast" -> broadcast(op, operands.get(0));
      case "transpose" -> transpose(op, operands.get(0));
      case "slice" -> slice(op, operands.get(0));
      case "reduce" -> reduce(op, operands.get(0), operands.get(1));
      case "dot" -> dot(op, operands.get(0), operands.get(1));
      case "tuple" -> require(op.shape().elementsOfTuple().get(0).same(operands.get(0)), op.name());
      default -> elementwise(op, operands);
    }
    boolean typed = Set.of("parameter", "constant", "convert", "dot", "tuple").contains(opcode);
    for (Shape operand : operands) {
      require(
          typed || operand.elementType() == op.shape().elementType(), op.name() + " mixes types");
    }
  }

  private static void elementwise(Instruction op, List<Shape> operands) {
    require(UNARY.contains(op.opcode()) || BINARY.contains(op.opcode()), "no " + op.opcode());
    operands.forEach(operand -> require(sizes(op, operand), op.name() + " mixes shapes"));
  }

  private static boolean sizes(Instruction op, Shape operand) {
    return Arrays.equals(op.shape().dimensions(), operand.dimensions());
  }

  private static void broadcast(Instruction op, Shape operand) {
    List<Long> axes = op.dimensions();
    require(axes.size() == operand.dimensions().length, op.name() + " has other axes");
    for (int i = 0; i < axes.size(); i++) {
      require(i == 0 || axes.get(i) > axes.get(i - 1), op.name() + " turns axes");
      int size = op.shape().dimensions()[Math.toIntExact(axes.get(i))];
      require(size == operand.dimensions()[i], op.name() + " stretches an axis");
    }
  }

  private static void transpose(Instruction op, Shape operand) {
    int rank = operand.dimensions().length;
    require(Set.copyOf(op.dimensions()).size() == rank, op.name() + " is no permutation");
    for (int i = 0; i < rank; i++) {
      int from = Math.toIntExact(op.dimensions().get(i));
      require(op.shape().dimensions()[i] == operand.dimensions()[from], op.name());
    }
  }

  private static void slice(Instruction op, Shape operand) {
    require(op.sliceDimensions().size() == operand.dimensions().length, op.name());
    for (int i = 0; i < operand.dimensions().length; i++) {
      long[] range = op.sliceDimensions().get(i);
      require(range[0] >= 0 && range[1] <= operand.dimensions()[i] && range[2] == 1, op.name());
      require(op.shape().dimensions()[i] == range[1] - range[0], op.name());
    }
  }

  private void reduce(Instruction op, Shape operand, Shape start) {
    int[] kept =
        IntStream.range(0, operand.dimensions().length)
            .filter(axis -> !op.dimensions().contains((long) axis))
            .map(axis -> operand.dimensions()[axis])
            .toArray();
    require(Arrays.equals(op.shape().dimensions(), kept), op.name() + " keeps other axes");
    require(op.calledComputationIds().size() == 1, op.name() + " calls none or several");
    Computation reducer = known.get(op.calledComputationIds().get(0));
    require(reducer != null, op.name() + " calls what comes later or never");
    ProgramShape program = reducer.programShape();
    require(program.parameters().size() == 2, reducer.name() + " takes no two values");
    program.parameters().forEach(parameter -> require(parameter.same(start), reducer.name()));
    require(program.result().same(start), reducer.name() + " gives another shape");
    require(start.dimensions().length == 0, op.name() + " starts with no scalar");
  }

  /** The result's type may be wider than the operands': XLA calls it the preferred type. */
  private static void dot(Instruction op, Shape left, Shape right) {
    List<List<Long>> numbers = op.dotDimensionNumbers();
    require(left.elementType() == right.elementType(), op.name() + " mixes types");
    require(op.shape().elementType() == HloInterpreter.F32, op.name() + " rounds its sums");
    require(numbers.get(0).size() == 1 && numbers.get(1).size() == 1, op.name());
    require(size(left, numbers.get(0)) == size(right, numbers.get(1)), op.name() + " contracts");
    require(numbers.get(2).equals(numbers.get(3)), op.name() + " has other batch axes");
    List<Integer> sizes = new ArrayList<>();
    for (long axis : numbers.get(2)) {
      require(left.dimensions()[(int) axis] == right.dimensions()[(int) axis], op.name());
      sizes.add(left.dimensions()[(int) axis]);
    }
    free(left, numbers.get(0), numbers.get(2), sizes);
    free(right, numbers.get(1), numbers.get(3), sizes);
    require(sizes.equals(Arrays.stream(op.shape().dimensions()).boxed().toList()), op.name());
  }

  private static int size(Shape shape, List<Long> axis) {
    return shape.dimensions()[Math.toIntExact(axis.get(0))];
  }

  private static void free(
      Shape shape, List<Long> contracted, List<Long> batch, List<Integer> sizes) {
    for (int axis = 0; axis < shape.dimensions().length; axis++) {
      if (!contracted.contains((long) axis) && !batch.contains((long) axis)) {
        sizes.add(shape.dimensions()[axis]);
      }
    }
  }

  private static boolean same(ProgramShape a, ProgramShape b) {
    return a.result().same(b.result())
        && a.parameterNames().equals(b.parameterNames())
        && a.parameters().size() == b.parameters().size()
        && IntStream.range(0, a.parameters().size())
            .allMatch(i -> a.parameters().get(i).same(b.parameters().get(i)));
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new IllegalArgumentException(complaint);
    }
  }
}
