package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.backend.neuron.Hlo.Shape;
import io.ganglion.compiler.backend.neuron.HloModule.Reducer;
import io.ganglion.compiler.backend.neuron.HloModule.Value;
import io.ganglion.core.nrt.NeuronType;
import java.util.HashMap;
import java.util.Map;

/** Builds the forward pass in HLO. */
final class HloOps extends NeuronOperations<Value> {
  private final HloModule module;
  private final NeuronType narrow;
  private final WeightSource weights;
  private final Map<Float, Value> scalars = new HashMap<>();

  HloOps(EncoderShape shape, HloModule module, WeightSource weights) {
    super(shape);
    this.module = module;
    this.narrow = shape.type();
    this.weights = weights;
  }

  @Override
  Value input(String name, int... shape) {
    return convert(module.parameter(name, Shape.of(narrow, shape)), NeuronType.FP32);
  }

  @Override
  Value dense(Value x, String name, int outputs, boolean isNarrow) {
    int rows = size(x, 0);
    NeuronType type = isNarrow ? narrow : NeuronType.FP32;
    Value weight = weight(name + ".weight", Shape.of(type, size(x, 1), outputs));
    Protos numbers = new Protos().message(Hlo.DOT_DIMENSION_NUMBERS, Hlo.dotNumbers(1, 0));
    Shape shape = Shape.of(NeuronType.FP32, rows, outputs);
    Value product = module.add("dot", shape, numbers, convert(x, type), weight);
    Value bias = weight(name + ".bias", Shape.of(NeuronType.FP32, outputs));
    return add(product, broadcast(bias, product.shape(), 1));
  }

  @Override
  Value batchProduct(Value left, Value right, boolean transposeRight) {
    Protos numbers =
        new Protos()
            .message(Hlo.DOT_DIMENSION_NUMBERS, Hlo.dotNumbers(3, transposeRight ? 3 : 2, 0, 1));
    int columns = size(right, transposeRight ? 2 : 3);
    Shape shape = Shape.of(NeuronType.FP32, size(left, 0), size(left, 1), size(left, 2), columns);
    return module.add("dot", shape, numbers, convert(left, narrow), convert(right, narrow));
  }

  @Override
  Value columns(Value x, int from, int to) {
    Protos ranges =
        new Protos()
            .message(Hlo.SLICE_DIMENSIONS, Hlo.slice(0, size(x, 0)))
            .message(Hlo.SLICE_DIMENSIONS, Hlo.slice(from, to));
    return module.add("slice", Shape.of(NeuronType.FP32, size(x, 0), to - from), ranges, x);
  }

  @Override
  Value reshape(Value x, int... shape) {
    return module.add("reshape", Shape.of(NeuronType.FP32, shape), new Protos(), x);
  }

  @Override
  Value transpose(Value x, int... permutation) {
    int[] sizes = new int[permutation.length];
    long[] axes = new long[permutation.length];
    for (int i = 0; i < permutation.length; i++) {
      axes[i] = permutation[i];
      sizes[i] = size(x, permutation[i]);
    }
    Protos dimensions = new Protos().numbers(Hlo.DIMENSIONS, axes);
    return module.add("transpose", Shape.of(NeuronType.FP32, sizes), dimensions, x);
  }

  @Override
  public Value add(Value a, Value b) {
    return elementwise("add", a, b);
  }

  @Override
  Value multiply(Value a, Value b) {
    return elementwise("multiply", a, b);
  }

  @Override
  Value plus(Value a, float b) {
    return add(a, broadcast(scalar(b), a.shape()));
  }

  @Override
  Value times(Value a, float b) {
    return multiply(a, broadcast(scalar(b), a.shape()));
  }

  @Override
  public Value addMask(Value scores, Value mask) {
    return add(
        scores, broadcast(reshape(mask, size(mask, 0), size(mask, 3)), scores.shape(), 0, 3));
  }

  @Override
  public Value softmax(Value x) {
    Value most = reduce(x, Reducer.MAXIMUM, Float.NEGATIVE_INFINITY, 3);
    Value shifted = elementwise("subtract", x, broadcast(most, x.shape(), 0, 1, 2));
    Value exponentials = elementwise("exponential", shifted);
    Value sum = reduce(exponentials, Reducer.ADD, 0, 3);
    return elementwise("divide", exponentials, broadcast(sum, x.shape(), 0, 1, 2));
  }

  @Override
  Value layerNorm(Value wide, String name, float epsilon, NeuronType type) {
    Value x = convert(wide, type);
    int columns = size(x, 1);
    Value mean = convert(mean(x), type);
    Value centred = elementwise("subtract", x, broadcast(mean, x.shape(), 0));
    Value exact = convert(centred, NeuronType.FP32);
    Value scale = elementwise("rsqrt", plus(mean(multiply(exact, exact)), epsilon));
    Value normed = multiply(centred, broadcast(convert(scale, type), x.shape(), 0));
    Shape vector = Shape.of(type, columns);
    Value gamma = broadcast(weight(name + ".gamma", vector), x.shape(), 1);
    Value beta = broadcast(weight(name + ".beta", vector), x.shape(), 1);
    return convert(add(multiply(normed, gamma), beta), NeuronType.FP32);
  }

  /** The mean of each row, computed in fp32. */
  private Value mean(Value x) {
    Value sum = reduce(convert(x, NeuronType.FP32), Reducer.ADD, 0, 1);
    return times(sum, 1f / size(x, 1));
  }

  @Override
  Value tanh(Value x) {
    return elementwise("tanh", x);
  }

  @Override
  Value erf(Value x) {
    return elementwise("erf", x);
  }

  @Override
  Value relu(Value x) {
    return elementwise("maximum", x, broadcast(scalar(0), x.shape()));
  }

  @Override
  void output(String name, Value value) {
    module.result(name, value);
  }

  private Value elementwise(String opcode, Value... operands) {
    return module.add(opcode, operands[0].shape(), new Protos(), operands);
  }

  private Value convert(Value x, NeuronType type) {
    return x.shape().type() == type
        ? x
        : module.add("convert", new Shape(type, x.shape().sizes()), new Protos(), x);
  }

  private Value reduce(Value x, Reducer reducer, float start, int axis) {
    int[] sizes = new int[x.shape().sizes().size() - 1];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = size(x, i < axis ? i : i + 1);
    }
    Protos fields =
        new Protos()
            .numbers(Hlo.DIMENSIONS, axis)
            .numbers(Hlo.CALLED_COMPUTATION_IDS, reducer.id());
    return module.add("reduce", Shape.of(NeuronType.FP32, sizes), fields, x, scalar(start));
  }

  /** Axis i of {@code x} becomes axis {@code axes[i]} of the result. */
  private Value broadcast(Value x, Shape shape, long... axes) {
    return module.add("broadcast", shape, new Protos().numbers(Hlo.DIMENSIONS, axes), x);
  }

  private Value scalar(float value) {
    return scalars.computeIfAbsent(
        value,
        v ->
            module.constant(
                "scalar." + scalars.size(), Shape.of(NeuronType.FP32), () -> new float[] {v}));
  }

  private Value weight(String name, Shape shape) {
    return module.constant(name, shape, () -> weights.read(name));
  }

  private static int size(Value x, int axis) {
    return x.shape().sizes().get(axis);
  }
}
