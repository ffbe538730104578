package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.backend.neuron.HloReader.Computation;
import io.ganglion.compiler.backend.neuron.HloReader.Instruction;
import io.ganglion.compiler.backend.neuron.HloReader.Module;
import io.ganglion.compiler.backend.neuron.HloReader.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs an HLO module in plain Java, by XLA's operation semantics, after {@link HloVerifier} has
 * accepted it.
 */
final class HloInterpreter {
  static final int F16 = 10;
  static final int F32 = 11;
  static final int TUPLE = 13;
  static final int BF16 = 16;

  private final Module module;

  @SuppressWarnings("ArrayRecordComponent") // read only, compared nowhere
  private record Tensor(Shape shape, float[] values) {}

  HloInterpreter(byte[] serialized) throws Exception {
    this.module = HloReader.module(serialized);
    HloVerifier.check(module);
  }

  /** Runs the module with inputs by their names in the NEFF and returns its only output. */
  float[] run(String outputName, Map<String, float[]> inputs) {
    Computation entry = module.computations().get(module.entryId());
    Map<Long, Tensor> values = new HashMap<>();
    Set<Long> parameters = new HashSet<>();
    for (Instruction instruction : entry.instructions()) {
      if (instruction.id() == entry.rootId()) {
        require(instruction.opcode().equals("tuple"), "the root is no tuple");
        String said = instruction.frontendAttributes().get("neff_output_names");
        require(outputName.equals(said), "the output is called " + said);
        require(parameters.size() == inputs.size(), parameters.size() + " parameters");
        return values.get(instruction.operandIds().get(0)).values();
      }
      Tensor result;
      if (instruction.opcode().equals("parameter")) {
        require(parameters.add(instruction.parameterNumber()), "a parameter twice");
        float[] given = inputs.get(instruction.frontendAttributes().get("neff_input_name"));
        result = new Tensor(instruction.shape(), rounded(given, instruction.shape()));
      } else {
        List<Tensor> operands = instruction.operandIds().stream().map(values::get).toList();
        result = new Tensor(instruction.shape(), evaluate(instruction, operands));
      }
      int elements = instruction.shape().elements();
      require(result.values().length == elements, instruction.name() + " has another size");
      values.put(instruction.id(), result);
    }
    throw new IllegalArgumentException("no root");
  }

  private float[] evaluate(Instruction op, List<Tensor> operands) {
    Tensor a = operands.isEmpty() ? null : operands.get(0);
    return switch (op.opcode()) {
      case "constant" -> op.literal();
      case "convert" -> rounded(sameSizes(op, a).values(), op.shape());
      case "reshape" -> sameType(op, a).values();
      case "broadcast" -> broadcast(op, sameType(op, a));
      case "transpose" -> transpose(op, sameType(op, a));
      case "slice" -> slice(op, sameType(op, a));
      case "reduce" -> reduce(op, sameType(op, a), operands.get(1));
      case "dot" -> dot(op, a, operands.get(1));
      default -> elementwise(op, operands);
    };
  }

  private static float[] elementwise(Instruction op, List<Tensor> operands) {
    operands.forEach(operand -> sameSizes(op, sameType(op, operand)));
    float[] result = operands.get(0).values().clone();
    for (int i = 0; i < result.length; i++) {
      float a = result[i];
      float b = operands.size() > 1 ? operands.get(1).values()[i] : 0;
      result[i] = apply(op.opcode(), a, b);
    }
    return rounded(result, op.shape());
  }

  private static float apply(String opcode, float a, float b) {
    return switch (opcode) {
      case "add" -> a + b;
      case "subtract" -> a - b;
      case "multiply" -> a * b;
      case "divide" -> a / b;
      case "maximum" -> Math.max(a, b);
      case "exponential" -> (float) Math.exp(a);
      case "tanh" -> (float) Math.tanh(a);
      case "erf" -> (float) erf(a);
      case "rsqrt" -> (float) (1 / Math.sqrt(a));
      default -> throw new IllegalArgumentException("no operation " + opcode);
    };
  }

  private static float[] broadcast(Instruction op, Tensor a) {
    List<Long> axes = op.dimensions();
    require(axes.size() == a.shape().dimensions().length, op.name() + " has other axes");
    float[] result = new float[op.shape().elements()];
    int[] index = new int[op.shape().dimensions().length];
    for (int i = 0; i < result.length; i++) {
      int from = 0;
      for (int axis = 0; axis < axes.size(); axis++) {
        int size = a.shape().dimensions()[axis];
        int to = Math.toIntExact(axes.get(axis));
        require(size == op.shape().dimensions()[to], op.name() + " stretches an axis");
        from = from * size + index[to];
      }
      result[i] = a.values()[from];
      next(index, op.shape().dimensions());
    }
    return result;
  }

  private static float[] transpose(Instruction op, Tensor a) {
    int rank = op.dimensions().size();
    float[] result = new float[op.shape().elements()];
    int[] index = new int[rank];
    int[] source = new int[rank];
    for (int i = 0; i < result.length; i++) {
      for (int axis = 0; axis < rank; axis++) {
        source[Math.toIntExact(op.dimensions().get(axis))] = index[axis];
      }
      result[i] = a.values()[flat(source, a.shape().dimensions())];
      next(index, op.shape().dimensions());
    }
    return result;
  }

  private static float[] slice(Instruction op, Tensor a) {
    float[] result = new float[op.shape().elements()];
    int[] index = new int[op.shape().dimensions().length];
    int[] source = new int[index.length];
    for (int axis = 0; axis < index.length; axis++) {
      long[] range = op.sliceDimensions().get(axis);
      require(range[2] == 1 && range[1] <= a.shape().dimensions()[axis], op.name());
      require(range[1] - range[0] == op.shape().dimensions()[axis], op.name());
    }
    for (int i = 0; i < result.length; i++) {
      for (int axis = 0; axis < index.length; axis++) {
        source[axis] = index[axis] + (int) op.sliceDimensions().get(axis)[0];
      }
      result[i] = a.values()[flat(source, a.shape().dimensions())];
      next(index, op.shape().dimensions());
    }
    return result;
  }

  private float[] reduce(Instruction op, Tensor a, Tensor start) {
    require(op.dimensions().size() == 1, op.name() + " reduces more than one axis");
    int axis = Math.toIntExact(op.dimensions().get(0));
    Computation reducer = module.computations().get(op.calledComputationIds().get(0));
    Instruction root = reducer.instructions().get(reducer.instructions().size() - 1);
    require(root.id() == reducer.rootId(), "the reducer's root is not its last");
    require(start.shape().dimensions().length == 0, "the start is no scalar");
    float[] result = new float[op.shape().elements()];
    Arrays.fill(result, start.values()[0]);
    int[] index = new int[a.shape().dimensions().length];
    for (float value : a.values()) {
      int to = 0;
      for (int i = 0; i < index.length; i++) {
        to = i == axis ? to : to * a.shape().dimensions()[i] + index[i];
      }
      result[to] = apply(root.opcode(), result[to], value);
      next(index, a.shape().dimensions());
    }
    return result;
  }

  /** The result's axes are the batch axes, the left's others, the right's others. */
  private static float[] dot(Instruction op, Tensor left, Tensor right) {
    require(left.shape().elementType() == right.shape().elementType(), op.name() + " mixes types");
    int leftAxis = Math.toIntExact(op.dotDimensionNumbers().get(0).get(0));
    int rightAxis = Math.toIntExact(op.dotDimensionNumbers().get(1).get(0));
    int batchAxes = op.dotDimensionNumbers().get(2).size();
    require(op.dotDimensionNumbers().get(3).size() == batchAxes, op.name());
    int inner = left.shape().dimensions()[leftAxis];
    require(inner == right.shape().dimensions()[rightAxis], op.name() + " contracts two sizes");
    int[] leftIndex = new int[batchAxes + 2];
    int[] rightIndex = new int[batchAxes + 2];
    int[] index = new int[batchAxes + 2];
    int leftOther = 2 * batchAxes + 1 - leftAxis;
    int rightOther = 2 * batchAxes + 1 - rightAxis;
    int leftStride = leftAxis > leftOther ? 1 : left.shape().dimensions()[leftOther];
    int rightStride = rightAxis > rightOther ? 1 : right.shape().dimensions()[rightOther];
    float[] result = new float[op.shape().elements()];
    for (int i = 0; i < result.length; i++) {
      System.arraycopy(index, 0, leftIndex, 0, batchAxes);
      System.arraycopy(index, 0, rightIndex, 0, batchAxes);
      leftIndex[leftOther] = index[batchAxes];
      rightIndex[rightOther] = index[batchAxes + 1];
      int l = flat(leftIndex, left.shape().dimensions());
      int r = flat(rightIndex, right.shape().dimensions());
      float sum = 0;
      for (int k = 0; k < inner; k++) {
        sum += left.values()[l + k * leftStride] * right.values()[r + k * rightStride];
      }
      result[i] = sum;
      next(index, op.shape().dimensions());
    }
    return rounded(result, op.shape());
  }

  private static int flat(int[] index, int[] sizes) {
    int flat = 0;
    for (int axis = 0; axis < sizes.length; axis++) {
      flat = flat * sizes[axis] + index[axis];
    }
    return flat;
  }

  private static void next(int[] index, int[] sizes) {
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      if (++index[axis] < sizes[axis]) {
        return;
      }
      index[axis] = 0;
    }
  }

  private static Tensor sameType(Instruction op, Tensor operand) {
    require(operand.shape().elementType() == op.shape().elementType(), op.name() + " mixes types");
    return operand;
  }

  private static Tensor sameSizes(Instruction op, Tensor operand) {
    require(
        Arrays.equals(operand.shape().dimensions(), op.shape().dimensions()),
        op.name() + " mixes shapes");
    return operand;
  }

  private static float[] rounded(float[] values, Shape shape) {
    float[] result = values.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] = rounded(result[i], shape.elementType());
    }
    return result;
  }

  /** Rounds to the nearest value with this many bits of mantissa, ties to even. */
  private static float rounded(float value, int type) {
    if (type == F32 || value == 0 || !Float.isFinite(value)) {
      return value;
    }
    int bits = type == F16 ? 11 : 8;
    int least = type == F16 ? -14 : -126;
    int exponent = Math.max(Math.getExponent(value), least);
    double unit = Math.scalb(1.0, exponent - bits + 1);
    double result = Math.rint(value / unit) * unit;
    return type == F16 && Math.abs(result) > 65504
        ? Math.copySign(Float.POSITIVE_INFINITY, value)
        : (float) result;
  }

  static float half(short bits) {
    int exponent = (bits >> 10) & 31;
    int fraction = bits & 1023;
    double magnitude =
        exponent == 0 ? fraction * 0x1p-24 : Math.scalb(1024.0 + fraction, exponent - 25);
    return (float) (bits < 0 ? -magnitude : magnitude);
  }

  private static double erf(double x) {
    if (Math.abs(x) > 5) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new IllegalArgumentException(complaint);
    }
  }
}
