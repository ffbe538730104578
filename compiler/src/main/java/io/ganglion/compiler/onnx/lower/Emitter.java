package io.ganglion.compiler.onnx.lower;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.onnx.OnnxGraph;
import io.ganglion.compiler.onnx.OnnxTensor;
import io.ganglion.compiler.onnx.OnnxType;
import io.ganglion.compiler.onnx.run.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the nodes of the new graph, and knows where each tensor of the old one is in it. */
final class Emitter {
  private final OnnxGraph source;
  private final GraphBuilder graph = new GraphBuilder();
  private final Set<String> names = new HashSet<>();
  private final Map<String, TensorRef> refs = new HashMap<>();
  private final Map<String, Weight> variables = new HashMap<>();

  Emitter(OnnxGraph source) {
    this.source = source;
  }

  /** Where a tensor of the old graph is. Constants are added when somebody asks for them. */
  TensorRef ref(String tensor) {
    TensorRef ref = refs.get(tensor);
    if (ref == null) {
      OnnxTensor constant = source.constants().get(tensor);
      if (constant == null) {
        throw new IllegalArgumentException("No node has given the tensor " + tensor + ".");
      }
      ref = constant(tensor, constant);
      refs.put(tensor, ref);
    }
    return ref;
  }

  /** States where a tensor of the old graph is. */
  void put(String tensor, TensorRef ref) {
    refs.put(tensor, ref);
  }

  /** A constant of the file; null if the tensor is none. */
  @Nullable OnnxTensor stored(String tensor) {
    return source.constants().get(tensor);
  }

  TensorRef op(String name, String op, TensorRef... inputs) {
    return op(name, op, Map.of(), Arrays.asList(inputs));
  }

  TensorRef op(String name, String op, Map<String, Attribute> attributes, List<TensorRef> inputs) {
    return graph.add(new Node(fresh(name), op, inputs, List.of(), attributes));
  }

  private String fresh(String name) {
    String candidate = name;
    for (int i = 1; !names.add(candidate); i++) {
      candidate = name + "_" + i;
    }
    return candidate;
  }

  private TensorRef constant(String name, TensorValue value) {
    return op(
        name,
        "Const",
        GraphBuilder.attributes(
            "dtype", Attribute.type(value.type()), "value", new Attribute.Value(value)),
        List.of());
  }

  private TensorRef constant(String name, OnnxTensor tensor) {
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    return tensor.type() == OnnxType.OTHER
        ? op(name, "OnnxConstant")
        : constant(name, TensorValue.of(tensor.type().element(), shape, tensor.bytes()));
  }

  /** A computed constant, in double precision or as integers. */
  TensorRef constant(String name, Tensor tensor) {
    long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
    boolean real = tensor.kind() == Tensor.Kind.REAL;
    ByteBuffer bytes = ByteBuffer.allocate(8 * tensor.elements()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tensor.elements(); i++) {
      bytes.putLong(real ? Double.doubleToRawLongBits(tensor.real(i)) : tensor.integer(i));
    }
    ElementType type = real ? ElementType.DOUBLE : ElementType.INT64;
    return constant(name, TensorValue.of(type, shape, bytes.flip()));
  }

  TensorRef vector(String name, long... values) {
    return constant(name, Tensor.integers(new int[] {values.length}, values));
  }

  TensorRef whole(String name, long value) {
    return constant(name, Tensor.integers(new int[0], value));
  }

  TensorRef real(String name, double value) {
    return constant(name, Tensor.reals(new int[0], new double[] {value}));
  }

  /** A weight that is read from elsewhere. */
  TensorRef variable(String name, Weight weight) {
    TensorRef ref =
        op(
            name,
            "VariableV2",
            GraphBuilder.attributes(
                "dtype",
                Attribute.type(ElementType.FLOAT),
                "shape",
                new Attribute.Shape(
                    true, weight.shape().stream().map(Integer::longValue).toList())),
            List.of());
    variables.put(ref.node(), weight);
    return ref;
  }

  Map<String, Weight> variables() {
    return variables;
  }

  Graph build() {
    return graph.build();
  }
}
