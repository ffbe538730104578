package io.ganglion.compiler.backend.neuron;

import com.google.protobuf.ByteString;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.backend.neuron.GraphDefOps.Value;
import io.ganglion.core.nrt.NeuronType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Says the network in TensorFlow's operators, of the kinds that neuron-cc has always known, and
 * hands each node on as soon as it is made: the weights are held one at a time.
 */
final class GraphDefOps implements Ops<Value> {
  /** Takes the nodes, in order. */
  @FunctionalInterface
  interface Nodes {
    void add(NodeDef node) throws IOException;
  }

  /**
   * A node's only output.
   *
   * @param sizes of its axes
   */
  record Value(String node, NeuronType type, List<Integer> sizes) {
    int size(int axis) {
      return sizes.get(axis);
    }
  }

  private final Nodes nodes;
  private final NeuronType narrow;
  private final WeightSource weights;
  private int next;

  GraphDefOps(Nodes nodes, NeuronType narrow, WeightSource weights) {
    this.nodes = nodes;
    this.narrow = narrow;
    this.weights = weights;
  }

  @Override
  public Value input(String name, int... shape) throws CompileException {
    NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp("Placeholder");
    node.putAttr("dtype", type(narrow)).putAttr("shape", attribute(shape(shape)));
    add(node);
    return cast(new Value(name, narrow, list(shape)), NeuronType.FP32);
  }

  @Override
  public Value dense(Value x, String name, int outputs, boolean isNarrow) throws CompileException {
    NeuronType type = isNarrow ? narrow : NeuronType.FP32;
    Value weight = weight(name + ".weight", type, x.size(1), outputs);
    NodeDef.Builder product = op("MatMul", type, cast(x, type), weight);
    product.putAttr("transpose_a", flag(false)).putAttr("transpose_b", flag(false));
    Value sum = cast(add(product, type, x.size(0), outputs), NeuronType.FP32);
    return binary("Add", sum, weight(name + ".bias", NeuronType.FP32, outputs));
  }

  @Override
  public Value batchProduct(Value left, Value right, boolean transposeRight)
      throws CompileException {
    NodeDef.Builder product = op("BatchMatMul", narrow, cast(left, narrow), cast(right, narrow));
    product.putAttr("adj_x", flag(false)).putAttr("adj_y", flag(transposeRight));
    int columns = right.size(transposeRight ? 2 : 3);
    Value value = add(product, narrow, left.size(0), left.size(1), left.size(2), columns);
    return cast(value, NeuronType.FP32);
  }

  @Override
  public Value columns(Value x, int from, int to) throws CompileException {
    Value begin = integers(0, from);
    Value size = integers(x.size(0), to - from);
    NodeDef.Builder slice = op("Slice", NeuronType.FP32, x, begin, size);
    return add(slice.putAttr("Index", INT32), NeuronType.FP32, x.size(0), to - from);
  }

  @Override
  public Value reshape(Value x, int... shape) throws CompileException {
    NodeDef.Builder node = op("Reshape", NeuronType.FP32, x, integers(shape));
    return add(node.putAttr("Tshape", INT32), NeuronType.FP32, shape);
  }

  @Override
  public Value transpose(Value x, int... permutation) throws CompileException {
    NodeDef.Builder node = op("Transpose", NeuronType.FP32, x, integers(permutation));
    int[] sizes = Arrays.stream(permutation).map(x::size).toArray();
    return add(node.putAttr("Tperm", INT32), NeuronType.FP32, sizes);
  }

  @Override
  public Value add(Value a, Value b) throws CompileException {
    return binary("Add", a, b);
  }

  @Override
  public Value multiply(Value a, Value b) throws CompileException {
    return binary("Mul", a, b);
  }

  @Override
  public Value plus(Value a, float b) throws CompileException {
    return binary("Add", a, scalar(b));
  }

  @Override
  public Value times(Value a, float b) throws CompileException {
    return binary("Mul", a, scalar(b));
  }

  @Override
  public Value addMask(Value scores, Value mask) throws CompileException {
    return binary("Add", scores, mask);
  }

  @Override
  public Value softmax(Value x) throws CompileException {
    return unary("Softmax", x);
  }

  @Override
  public Value layerNorm(Value wide, String name, float epsilon, NeuronType type)
      throws CompileException {
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

  private Value mean(Value x) throws CompileException {
    NodeDef.Builder node = op("Mean", NeuronType.FP32, x, integers(1));
    node.putAttr("Tidx", INT32).putAttr("keep_dims", flag(true));
    return add(node, NeuronType.FP32, x.size(0), 1);
  }

  @Override
  public Value tanh(Value x) throws CompileException {
    return unary("Tanh", x);
  }

  @Override
  public Value erf(Value x) throws CompileException {
    return unary("Erf", x);
  }

  @Override
  public Value relu(Value x) throws CompileException {
    return unary("Relu", x);
  }

  @Override
  public void output(String name, Value value) throws CompileException {
    NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp("Identity");
    add(node.addInput(value.node()).putAttr("T", type(value.type())));
  }

  private Value unary(String op, Value x) throws CompileException {
    return add(op(op, x.type(), x), x.type(), sizes(x));
  }

  /** The shape is the first operand's: the second one is never the wider. */
  private Value binary(String op, Value a, Value b) throws CompileException {
    return add(op(op, a.type(), a, b), a.type(), sizes(a));
  }

  private Value cast(Value x, NeuronType type) throws CompileException {
    if (x.type() == type) {
      return x;
    }
    NodeDef.Builder node = NodeDef.newBuilder().setName("cast_" + next++).setOp("Cast");
    node.addInput(x.node()).putAttr("SrcT", type(x.type())).putAttr("DstT", type(type));
    return add(node.putAttr("Truncate", flag(false)), type, sizes(x));
  }

  private NodeDef.Builder op(String op, NeuronType type, Value... inputs) {
    String name = op.toLowerCase(Locale.ROOT) + "_" + next++;
    NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp(op).putAttr("T", type(type));
    for (Value input : inputs) {
      node.addInput(input.node());
    }
    return node;
  }

  private Value add(NodeDef.Builder node, NeuronType type, int... sizes) throws CompileException {
    add(node);
    return new Value(node.getName(), type, list(sizes));
  }

  private void add(NodeDef.Builder node) throws CompileException {
    try {
      nodes.add(node.build());
    } catch (IOException e) {
      throw new CompileException("Cannot write the graph: " + e, e);
    }
  }

  private Value weight(String name, NeuronType type, int... sizes) throws CompileException {
    float[] values = weights.read(name);
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    type.put(bytes, values, values.length);
    return constant(name, dataType(type), type, bytes, sizes);
  }

  private Value scalar(float value) throws CompileException {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
    return constant("scalar_" + next++, DataType.DT_FLOAT, NeuronType.FP32, bytes);
  }

  private Value integers(int... values) throws CompileException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    bytes.position(bytes.limit());
    return constant("ints_" + next++, DataType.DT_INT32, NeuronType.FP32, bytes, values.length);
  }

  private Value constant(
      String name, DataType dataType, NeuronType type, ByteBuffer bytes, int... sizes)
      throws CompileException {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(dataType);
    tensor.setTensorShape(shape(sizes)).setTensorContent(ByteString.copyFrom(bytes.flip()));
    NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp("Const");
    node.putAttr("dtype", AttrValue.newBuilder().setType(dataType).build());
    node.putAttr("value", AttrValue.newBuilder().setTensor(tensor).build());
    return add(node, type, sizes);
  }

  private static final AttrValue INT32 = AttrValue.newBuilder().setType(DataType.DT_INT32).build();

  private static AttrValue type(NeuronType type) {
    return AttrValue.newBuilder().setType(dataType(type)).build();
  }

  private static DataType dataType(NeuronType type) {
    return switch (type) {
      case FP32 -> DataType.DT_FLOAT;
      case FP16 -> DataType.DT_HALF;
      case BF16 -> DataType.DT_BFLOAT16;
    };
  }

  private static AttrValue flag(boolean value) {
    return AttrValue.newBuilder().setB(value).build();
  }

  private static AttrValue attribute(TensorShapeProto shape) {
    return AttrValue.newBuilder().setShape(shape).build();
  }

  private static TensorShapeProto shape(int... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return shape.build();
  }

  private static List<Integer> list(int... sizes) {
    return Arrays.stream(sizes).boxed().toList();
  }

  private static int[] sizes(Value x) {
    return x.sizes().stream().mapToInt(Integer::intValue).toArray();
  }
}
