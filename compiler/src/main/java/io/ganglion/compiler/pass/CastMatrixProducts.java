package io.ganglion.compiler.pass;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Computes the matrix products below a scope in 16 bits: casts before and after each, all else
 * stays fp32.
 */
public final class CastMatrixProducts implements GraphPass {
  private final String scope;
  private final ElementType type;

  /**
   * @param scope prefix of the nodes to change
   * @param type BFLOAT16 or HALF
   */
  public CastMatrixProducts(String scope, ElementType type) {
    this.scope = scope;
    this.type = type;
  }

  @Override
  public Program apply(Program program) {
    List<Node> nodes = new ArrayList<>();
    Map<String, String> results = new HashMap<>();
    for (Node node : program.graph().nodes()) {
      if (isProduct(node)) {
        results.put(node.name(), node.name() + "/fp32");
      }
    }
    for (Node node : program.graph().nodes()) {
      List<TensorRef> inputs =
          node.inputs().stream()
              .map(
                  input ->
                      new TensorRef(results.getOrDefault(input.node(), input.node()), input.port()))
              .toList();
      if (isProduct(node)) {
        nodes.addAll(casted(node, inputs));
      } else {
        nodes.add(node.withInputs(inputs));
      }
    }
    String output = program.output().node();
    return new Program(
        Graph.of(nodes),
        new TensorRef(results.getOrDefault(output, output), program.output().port()));
  }

  private boolean isProduct(Node node) {
    return node.name().startsWith(scope)
        && node.is("MatMul", "BatchMatMul", "BatchMatMulV2")
        && node.type("T") == ElementType.FLOAT;
  }

  private List<Node> casted(Node node, List<TensorRef> inputs) {
    List<Node> nodes = new ArrayList<>();
    List<TensorRef> narrow = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      String name = node.name() + "/cast_" + i;
      nodes.add(cast(name, inputs.get(i), ElementType.FLOAT, type));
      narrow.add(TensorRef.of(name));
    }
    Map<String, Attribute> attributes = new TreeMap<>(node.attributes());
    attributes.put("T", Attribute.type(type));
    nodes.add(new Node(node.name(), node.op(), narrow, node.controls(), attributes));
    nodes.add(cast(node.name() + "/fp32", TensorRef.of(node.name()), type, ElementType.FLOAT));
    return nodes;
  }

  private static Node cast(String name, TensorRef from, ElementType source, ElementType target) {
    return new Node(
        name,
        "Cast",
        List.of(from),
        List.of(),
        GraphBuilder.attributes(
            "SrcT", Attribute.type(source),
            "DstT", Attribute.type(target),
            "Truncate", new Attribute.Flag(false)));
  }
}
