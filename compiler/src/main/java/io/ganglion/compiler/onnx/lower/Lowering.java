package io.ganglion.compiler.onnx.lower;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.onnx.OnnxGraph;
import io.ganglion.compiler.onnx.OnnxModel;
import io.ganglion.compiler.onnx.OnnxNode;
import io.ganglion.compiler.onnx.run.GraphRun;
import io.ganglion.compiler.onnx.run.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Translates a graph, node by node. Used once. */
public final class Lowering {
  private final OnnxModel model;
  private final Observations observed;
  private final Emitter emitter;
  private final Operators operators;
  private final FusedOperators fused;
  private final Map<String, OnnxNode> makers = new HashMap<>();

  private Lowering(OnnxModel model, Observations observed) {
    this.model = model;
    this.observed = observed;
    this.emitter = new Emitter(model.graph());
    this.operators = new Operators(emitter, observed, model.opset());
    this.fused = new FusedOperators(emitter, operators);
  }

  /**
   * The graph of a model.
   *
   * @param run runs the same model
   */
  public static Lowered lower(OnnxModel model, GraphRun run) throws CompileException {
    return new Lowering(model, Observations.of(model, run)).lowered();
  }

  private Lowered lowered() {
    Map<String, Signature.Port> inputs = new LinkedHashMap<>();
    for (OnnxGraph.Value input : model.graph().inputs()) {
      TensorRef ref = placeholder(input);
      emitter.put(input.name(), ref);
      inputs.put(input.name(), port(input, ref));
    }
    for (OnnxNode node : model.graph().nodes()) {
      node.outputs().forEach(output -> makers.put(output, node));
      lower(node);
    }
    Map<String, Signature.Port> outputs = new LinkedHashMap<>();
    for (OnnxGraph.Value output : model.graph().outputs()) {
      outputs.put(output.name(), port(output, emitter.ref(output.name())));
    }
    Signature signature = new Signature("onnx", "", inputs, outputs);
    return new Lowered(emitter.build(), signature, emitter.variables());
  }

  private TensorRef placeholder(OnnxGraph.Value input) {
    Map<String, Attribute> attributes = new HashMap<>();
    attributes.put("dtype", Attribute.type(input.type().element()));
    attributes.put("shape", new Attribute.Shape(input.known(), input.shape()));
    return emitter.op(input.name(), "Placeholder", attributes, List.of());
  }

  private static Signature.Port port(OnnxGraph.Value value, TensorRef ref) {
    // Files may say nothing of an output's type; BERT's outputs are real.
    ElementType type =
        value.type().element() == ElementType.OTHER ? ElementType.FLOAT : value.type().element();
    return new Signature.Port(ref, ref, type, value.known(), value.shape());
  }

  private void lower(OnnxNode node) {
    String output = node.outputs().isEmpty() ? node.name() : node.outputs().get(0);
    Tensor constant = observed.constant(output);
    if (constant != null) {
      emitter.put(output, emitter.constant(output, constant));
      return;
    }
    TensorRef kept = withoutGuard(node);
    if (kept != null) {
      emitter.put(output, emitter.op(output, "Identity", kept));
    } else if (!fused.lower(node) && !operators.lower(node)) {
      unknown(node);
    }
  }

  /**
   * The softmax behind a guard that turns its NaN into zeros. NaN come only of a text of which the
   * mask hides every token, and a request always has some.
   */
  private @org.jspecify.annotations.Nullable TensorRef withoutGuard(OnnxNode node) {
    if (!node.is("Where") || node.inputs().size() != 3) {
      return null;
    }
    OnnxNode test = makers.get(node.inputs().get(0));
    boolean guards =
        test != null && test.is("IsNaN") && test.inputs().equals(List.of(node.inputs().get(2)));
    return guards ? emitter.ref(node.inputs().get(2)) : null;
  }

  /** An operator that no matcher asks for: it keeps its name, with the tensors that it reads. */
  private void unknown(OnnxNode node) {
    List<TensorRef> inputs = new ArrayList<>();
    for (String input : node.inputs()) {
      if (!input.isEmpty()) {
        inputs.add(emitter.ref(input));
      }
    }
    String name = node.outputs().get(0);
    TensorRef made = emitter.op(name, "Onnx" + node.op(), Map.of(), inputs);
    for (int port = 0; port < node.outputs().size(); port++) {
      emitter.put(node.outputs().get(port), new TensorRef(made.node(), port));
    }
  }
}
