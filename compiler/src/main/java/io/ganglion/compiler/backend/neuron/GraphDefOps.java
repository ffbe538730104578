package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.backend.neuron.GraphDefOps.Value;
import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.GraphOps;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.core.nrt.NeuronType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Builds the forward pass from those operators of TensorFlow that neuron-cc has always known. */
final class GraphDefOps extends NeuronOperations<Value> {
  private static final Attribute INT32 = Attribute.type(ElementType.INT32);

  private final GraphBuilder graph = new GraphBuilder();
  private final Map<String, GraphDefFile.Constant> constants = new HashMap<>();
  private final NeuronType narrow;
  private final WeightSource source;
  private int next;

  /**
   * A node's only output.
   *
   * @param sizes of its axes
   */
  record Value(TensorRef ref, NeuronType type, List<Integer> sizes) {
    int size(int axis) {
      return sizes.get(axis);
    }
  }

  GraphDefOps(EncoderShape shape, WeightSource source) {
    super(shape);
    this.narrow = shape.type();
    this.source = source;
  }

  /** The graph so far. Its weights are constants without a value. */
  Graph graph() {
    return graph.build();
  }

  /** The values of these constants. */
  Map<String, GraphDefFile.Constant> weights() {
    return constants;
  }

  static ElementType elementType(NeuronType type) {
    return switch (type) {
      case FP32 -> ElementType.FLOAT;
      case FP16 -> ElementType.HALF;
      case BF16 -> ElementType.BFLOAT16;
    };
  }

  private static Attribute type(NeuronType type) {
    return Attribute.type(elementType(type));
  }

  @Override
  Value input(String name, int... sizes) {
    List<Long> shape = Arrays.stream(sizes).mapToObj(Long::valueOf).toList();
    Map<String, Attribute> attributes =
        GraphBuilder.attributes("dtype", type(narrow), "shape", new Attribute.Shape(true, shape));
    TensorRef input = graph.op(name, "Placeholder", attributes);
    return cast(new Value(input, narrow, list(sizes)), NeuronType.FP32);
  }

  @Override
  Value dense(Value x, String name, int outputs, boolean isNarrow) {
    NeuronType type = isNarrow ? narrow : NeuronType.FP32;
    Value weight = weight(name + ".weight", type, x.size(1), outputs);
    Map<String, Attribute> plain =
        Map.of("transpose_a", new Attribute.Flag(false), "transpose_b", new Attribute.Flag(false));
    Value product = op("MatMul", List.of(x.size(0), outputs), plain, cast(x, type), weight);
    Value sum = cast(product, NeuronType.FP32);
    return binary("Add", sum, weight(name + ".bias", NeuronType.FP32, outputs));
  }

  @Override
  Value batchProduct(Value left, Value right, boolean transposeRight) {
    Map<String, Attribute> sides =
        Map.of("adj_x", new Attribute.Flag(false), "adj_y", new Attribute.Flag(transposeRight));
    int columns = right.size(transposeRight ? 2 : 3);
    List<Integer> sizes = List.of(left.size(0), left.size(1), left.size(2), columns);
    Value product = op("BatchMatMul", sizes, sides, cast(left, narrow), cast(right, narrow));
    return cast(product, NeuronType.FP32);
  }

  @Override
  Value columns(Value x, int from, int to) {
    Value begin = integers(0, from);
    Value size = integers(x.size(0), to - from);
    return op("Slice", List.of(x.size(0), to - from), Map.of("Index", INT32), x, begin, size);
  }

  @Override
  Value reshape(Value x, int... sizes) {
    return op("Reshape", list(sizes), Map.of("Tshape", INT32), x, integers(sizes));
  }

  @Override
  Value transpose(Value x, int... permutation) {
    List<Integer> sizes = Arrays.stream(permutation).mapToObj(x::size).toList();
    return op("Transpose", sizes, Map.of("Tperm", INT32), x, integers(permutation));
  }

  @Override
  public Value add(Value a, Value b) {
    return binary("Add", a, b);
  }

  @Override
  Value multiply(Value a, Value b) {
    return binary("Mul", a, b);
  }

  @Override
  Value plus(Value a, float b) {
    return binary("Add", a, scalar(b));
  }

  @Override
  Value times(Value a, float b) {
    return binary("Mul", a, scalar(b));
  }

  @Override
  public Value addMask(Value scores, Value mask) {
    return binary("Add", scores, mask);
  }

  @Override
  public Value softmax(Value x) {
    return unary("Softmax", x);
  }

  @Override
  Value layerNorm(Value wide, String name, float epsilon, NeuronType type) {
    Value x = cast(wide, type);
    Value exact = cast(x, NeuronType.FP32);
    int columns = x.size(1);
    Value mean = mean(exact);
    Value variance = mean(binary("SquaredDifference", exact, mean));
    Value scale = cast(unary("Rsqrt", binary("Add", variance, scalar(epsilon))), type);
    Value normed = binary("Mul", binary("Sub", x, cast(mean, type)), scale);
    Value gamma = weight(name + ".gamma", type, columns);
    Value beta = weight(name + ".beta", type, columns);
    return cast(binary("Add", binary("Mul", normed, gamma), beta), NeuronType.FP32);
  }

  private Value mean(Value x) {
    Map<String, Attribute> kept = Map.of("Tidx", INT32, "keep_dims", new Attribute.Flag(true));
    return op("Mean", List.of(x.size(0), 1), kept, x, integers(1));
  }

  @Override
  Value tanh(Value x) {
    return unary("Tanh", x);
  }

  @Override
  Value erf(Value x) {
    return unary("Erf", x);
  }

  @Override
  Value relu(Value x) {
    return unary("Relu", x);
  }

  @Override
  void output(String name, Value value) {
    graph.op(name, "Identity", elementType(value.type()), value.ref());
  }

  private Value unary(String op, Value x) {
    return op(op, x.sizes(), Map.of(), x);
  }

  /** An operator whose result has the first operand's shape: the second operand is never wider. */
  private Value binary(String op, Value a, Value b) {
    return op(op, a.sizes(), Map.of(), a, b);
  }

  private Value cast(Value x, NeuronType type) {
    if (x.type() == type) {
      return x;
    }
    String name = "cast_" + next++;
    TensorRef ref =
        new GraphOps(graph).cast(name, x.ref(), elementType(x.type()), elementType(type));
    return new Value(ref, type, x.sizes());
  }

  /** Adds an operator whose result has the type of the first operand. */
  private Value op(String op, List<Integer> sizes, Map<String, Attribute> more, Value... operands) {
    Map<String, Attribute> attributes = new TreeMap<>(more);
    attributes.put("T", type(operands[0].type()));
    TensorRef[] refs = Arrays.stream(operands).map(Value::ref).toArray(TensorRef[]::new);
    String name = op.toLowerCase(Locale.ROOT) + "_" + next++;
    return new Value(graph.op(name, op, attributes, refs), operands[0].type(), sizes);
  }

  private Value weight(String name, NeuronType type, int... sizes) {
    constants.put(name, () -> read(name, type, sizes));
    TensorRef ref = graph.op(name, "Const", Map.of("dtype", type(type)));
    return new Value(ref, type, list(sizes));
  }

  private TensorValue read(String name, NeuronType type, int... sizes) throws CompileException {
    float[] values = source.read(name);
    long[] shape = Arrays.stream(sizes).asLongStream().toArray();
    if (values.length != Arrays.stream(shape).reduce(1, Math::multiplyExact)) {
      throw new CompileException(
          "The weight "
              + name
              + " has "
              + values.length
              + " values where "
              + Arrays.toString(sizes)
              + " are due.");
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    type.put(bytes, values, values.length);
    return TensorValue.of(elementType(type), shape, bytes.flip());
  }

  private Value scalar(float value) {
    TensorRef ref = graph.constant("scalar_" + next++, TensorValue.scalar(value));
    return new Value(ref, NeuronType.FP32, List.of());
  }

  /** Adds an operand that describes a shape. Its type does not matter. */
  private Value integers(int... values) {
    TensorRef ref = graph.constant("ints_" + next++, TensorValue.vector(values));
    return new Value(ref, NeuronType.FP32, List.of(values.length));
  }

  private static List<Integer> list(int... sizes) {
    return Arrays.stream(sizes).boxed().toList();
  }
}
