package io.ganglion.compiler.onnx;

import io.ganglion.compiler.CompileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a graph of what a file holds: nodes that give a constant become constants, nodes that
 * nobody needs are left out, the others are put in order. Refuses cycles, tensors that come from
 * nowhere or from two nodes, graphs inside of nodes, and quantized models. Used once.
 */
final class GraphAssembly {
  private static final String EXPORT_AGAIN = "; it is damaged, export it again.";

  /** Operators whose results have fewer bits than the model that somebody trained. */
  private static final Set<String> QUANTIZED =
      Set.of(
          "QuantizeLinear",
          "DequantizeLinear",
          "DynamicQuantizeLinear",
          "MatMulInteger",
          "ConvInteger",
          "DynamicQuantizeMatMul",
          "MatMulIntegerToFloat",
          "MatMulNBits",
          "MatMulBnb4",
          "QAttention",
          "QGemm",
          "QEmbedLayerNormalization",
          "QOrderedMatMul",
          "QOrderedAttention",
          "QOrderedLayerNormalization",
          "QOrderedGelu");

  private final String file;
  private final GraphReader read;
  private final Map<String, OnnxTensor> constants = new LinkedHashMap<>();
  private final Map<String, OnnxNode> makers = new HashMap<>();
  private final List<OnnxGraph.Value> fed = new ArrayList<>();

  private GraphAssembly(String file, GraphReader read) {
    this.file = file;
    this.read = read;
  }

  static OnnxGraph of(String file, GraphReader read) throws CompileException {
    return new GraphAssembly(file, read).graph();
  }

  private OnnxGraph graph() throws CompileException {
    for (OnnxTensor tensor : read.constants) {
      constants.put(tensor.name(), RoundedConstants.unrounded(tensor));
    }
    Set<String> inputs = new HashSet<>();
    for (OnnxGraph.Value input : read.inputs) {
      // Exporters of the first versions list weights among the inputs, too.
      if (!constants.containsKey(input.name()) && inputs.add(input.name())) {
        fed.add(input);
      }
    }
    for (OnnxNode node : read.nodes) {
      add(node, inputs);
    }
    if (read.outputs.isEmpty()) {
      throw new CompileException(file + " has no outputs" + EXPORT_AGAIN);
    }
    return new OnnxGraph(sorted(inputs), constants, fed, read.outputs);
  }

  private void add(OnnxNode node, Set<String> inputs) throws CompileException {
    if (QUANTIZED.contains(node.op()) || node.op().startsWith("QLinear")) {
      throw new CompileException(
          "%s is quantized: %s; give the model in fp32, which is quantized here where int8 is asked for."
              .formatted(file, node));
    }
    OnnxTensor constant = node.is("Constant") ? constant(node) : null;
    for (String output : node.outputs()) {
      if (output.isEmpty()) {
        continue;
      }
      boolean twice =
          inputs.contains(output) || constants.containsKey(output) || makers.containsKey(output);
      if (twice) {
        throw new CompileException(
            "%s gives the tensor %s twice, at %s".formatted(file, output, node) + EXPORT_AGAIN);
      }
      if (constant != null) {
        constants.put(output, RoundedConstants.unrounded(constant));
      } else {
        makers.put(output, node);
      }
    }
  }

  private @Nullable OnnxTensor constant(OnnxNode node) throws CompileException {
    OnnxTensor tensor = node.constant("value");
    if (tensor != null) {
      return tensor;
    }
    for (OnnxAttribute attribute : node.attributes().values()) {
      OnnxTensor made = constant(node, attribute);
      if (made != null) {
        return made;
      }
    }
    throw new CompileException(
        file + ": " + node + ": this kind of constant is not known; export the model again.");
  }

  private static @Nullable OnnxTensor constant(OnnxNode node, OnnxAttribute attribute) {
    if (attribute instanceof OnnxAttribute.Int number) {
      return integers(node, List.of(number.value()), true);
    }
    if (attribute instanceof OnnxAttribute.Real number) {
      return reals(node, List.of(number.value()), true);
    }
    if (attribute instanceof OnnxAttribute.Ints list) {
      return integers(node, list.values(), false);
    }
    return attribute instanceof OnnxAttribute.Reals list ? reals(node, list.values(), false) : null;
  }

  private static OnnxTensor integers(OnnxNode node, List<Long> values, boolean scalar) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.size()).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(bytes::putLong);
    return new OnnxTensor(
        node.name(),
        OnnxType.INT64,
        scalar ? List.of() : List.of((long) values.size()),
        bytes.flip());
  }

  private static OnnxTensor reals(OnnxNode node, List<Float> values, boolean scalar) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.size()).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(bytes::putFloat);
    return new OnnxTensor(
        node.name(),
        OnnxType.FLOAT,
        scalar ? List.of() : List.of((long) values.size()),
        bytes.flip());
  }

  /** The nodes that the outputs need, each after those that it reads. Goes without recursion. */
  private List<OnnxNode> sorted(Set<String> inputs) throws CompileException {
    Set<OnnxNode> entered = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<OnnxNode> done = Collections.newSetFromMap(new IdentityHashMap<>());
    List<OnnxNode> order = new ArrayList<>();
    Deque<OnnxNode> open = new ArrayDeque<>();
    for (OnnxGraph.Value output : read.outputs) {
      OnnxNode root = maker(output.name(), "the list of outputs", inputs);
      if (root != null) {
        open.push(root);
      }
      while (!open.isEmpty()) {
        OnnxNode node = open.peek();
        if (done.contains(node)) {
          open.pop();
        } else if (!entered.add(node)) {
          open.pop();
          done.add(node);
          order.add(node);
        } else {
          push(node, inputs, open, entered, done);
        }
      }
    }
    return order;
  }

  private void push(
      OnnxNode node,
      Set<String> inputs,
      Deque<OnnxNode> open,
      Set<OnnxNode> entered,
      Set<OnnxNode> done)
      throws CompileException {
    requirePlain(node);
    for (String input : node.inputs()) {
      OnnxNode maker = input.isEmpty() ? null : maker(input, node.toString(), inputs);
      if (maker == null || done.contains(maker)) {
        continue;
      }
      if (entered.contains(maker)) {
        throw new CompileException(
            "%s has a cycle through %s".formatted(file, maker) + EXPORT_AGAIN);
      }
      open.push(maker);
    }
  }

  private void requirePlain(OnnxNode node) throws CompileException {
    boolean nested =
        node.attributes().values().stream().anyMatch(OnnxAttribute.Subgraph.class::isInstance);
    if (nested || node.is("If", "Loop", "Scan")) {
      throw new CompileException(
          "%s: %s: branches and loops are not supported; export the model without them."
              .formatted(file, node));
    }
  }

  private @Nullable OnnxNode maker(String tensor, String reader, Set<String> inputs)
      throws CompileException {
    OnnxNode maker = makers.get(tensor);
    if (maker == null && !inputs.contains(tensor) && !constants.containsKey(tensor)) {
      throw new CompileException(
          "%s has no tensor %s, which %s reads".formatted(file, tensor, reader) + EXPORT_AGAIN);
    }
    return maker;
  }
}
