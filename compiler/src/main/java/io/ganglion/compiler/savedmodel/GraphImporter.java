package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Makes one flat graph of a GraphDef: calls of functions are replaced by the function's nodes,
 * whose names get the call's as prefix. Not thread-safe; used once.
 */
final class GraphImporter {
  /** Far above BERT-Large with all its training nodes (about 30,000), to stop absurd inputs. */
  private static final int MAX_NODES = 500_000;

  private static final int MAX_DEPTH = 64;
  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");

  /** Named outputs of operators that have several; for all others the first name is port 0. */
  private static final Map<String, List<String>> OUTPUT_NAMES =
      Map.of(
          "FusedBatchNorm",
          List.of("y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"),
          "FusedBatchNormV2",
          List.of("y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"),
          "FusedBatchNormV3",
          List.of("y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"),
          "Unique",
          List.of("y", "idx"),
          "TopKV2",
          List.of("values", "indices"),
          "Switch",
          List.of("output_false", "output_true"),
          "Merge",
          List.of("output", "value_index"));

  private final Map<String, FunctionDef> functions = new HashMap<>();
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  /** Operators of the functions' nodes, which may come in any order. */
  private final Map<String, String> ops = new HashMap<>();

  /** What an outer name stands for: outputs of calls become tensors of the functions' bodies. */
  private final Map<TensorRef, TensorRef> aliases = new HashMap<>();

  /** Calls replaced so far: functions without nodes could call each other without end. */
  private int calls;

  private GraphImporter() {}

  /** A graph, and what the tensors of replaced calls are called in it. */
  record Imported(Graph graph, Map<TensorRef, TensorRef> aliases) {
    /** The tensor of the flat graph that {@code ref} of the GraphDef stands for. */
    TensorRef resolve(TensorRef ref) {
      TensorRef at = ref;
      for (int i = 0; i < MAX_DEPTH; i++) {
        TensorRef next = aliases.get(at);
        if (next == null) {
          return at;
        }
        at = next;
      }
      return at;
    }
  }

  static Imported read(GraphDef def) throws CompileException {
    GraphImporter importer = new GraphImporter();
    def.getLibrary()
        .getFunctionList()
        .forEach(function -> importer.functions.put(function.getSignature().getName(), function));
    for (NodeDef node : def.getNodeList()) {
      importer.add("", node, List.of(), 0);
    }
    return importer.finish();
  }

  private Imported finish() throws CompileException {
    Imported names = new Imported(Graph.of(List.of()), aliases);
    List<Node> resolved = new ArrayList<>(nodes.size());
    for (Node node : nodes.values()) {
      List<TensorRef> inputs = node.inputs().stream().map(names::resolve).toList();
      for (TensorRef input : inputs) {
        if (!nodes.containsKey(input.node())) {
          throw new CompileException(
              "Node " + node.name() + " reads " + input + ", which the graph does not have.");
        }
      }
      resolved.add(
          new Node(
              node.name(),
              node.op(),
              inputs,
              node.controls().stream().filter(nodes::containsKey).toList(),
              node.attributes()));
    }
    return new Imported(Graph.of(resolved), aliases);
  }

  private void add(String prefix, NodeDef def, List<String> outerControls, int depth)
      throws CompileException {
    if (nodes.size() + calls >= MAX_NODES || depth > MAX_DEPTH) {
      throw new CompileException(
          "The graph has more than "
              + MAX_NODES
              + " nodes or functions that call each other without end.");
    }
    List<TensorRef> inputs = new ArrayList<>();
    List<String> controls = new ArrayList<>(outerControls);
    for (String input : def.getInputList()) {
      if (input.startsWith("^")) {
        controls.add(prefix + input.substring(1));
      } else {
        inputs.add(reference(prefix, input));
      }
    }
    String name = prefix + def.getName();
    FunctionDef body = called(name, def);
    if (body != null) {
      inline(name, body, inputs, controls, depth);
      return;
    }
    Node node = new Node(name, def.getOp(), inputs, controls, attributes(name, def));
    if (nodes.put(name, node) != null) {
      throw new CompileException("Two nodes of the graph have the name " + name + ".");
    }
  }

  private static Map<String, Attribute> attributes(String name, NodeDef def)
      throws CompileException {
    try {
      return ProtoAttributes.all(def.getAttrMap());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new CompileException(
          "Node " + name + " has an attribute that makes no sense: " + e.getMessage(), e);
    }
  }

  /** In a graph {@code node:port}, in a function {@code node:output name:index} or an argument. */
  private TensorRef reference(String prefix, String input) throws CompileException {
    String[] parts = input.split(":", -1);
    try {
      return switch (parts.length) {
        case 1 -> new TensorRef(prefix + input, 0);
        case 2 -> new TensorRef(prefix + parts[0], Integer.parseInt(parts[1]));
        case 3 -> new TensorRef(prefix + parts[0], port(prefix + parts[0], parts[1], parts[2]));
        default -> throw new NumberFormatException(input);
      };
    } catch (NumberFormatException e) {
      throw new CompileException("\"" + input + "\" is not the name of a tensor.", e);
    }
  }

  private int port(String node, String outputName, String index) {
    List<String> names = OUTPUT_NAMES.getOrDefault(ops.getOrDefault(node, ""), List.of());
    return Math.max(0, names.indexOf(outputName)) + Integer.parseInt(index);
  }

  /** The function that a node calls, as TensorFlow 2 and 1 do it; null for an operator. */
  private @Nullable FunctionDef called(String name, NodeDef def) throws CompileException {
    if (!CALLS.contains(def.getOp())) {
      return functions.get(def.getOp());
    }
    String function =
        def.getAttrOrDefault("f", org.tensorflow.proto.AttrValue.getDefaultInstance())
            .getFunc()
            .getName();
    FunctionDef body = functions.get(function);
    if (body == null) {
      throw new CompileException(
          "Node " + name + " calls a function \"" + function + "\" that the graph does not have.");
    }
    return body;
  }

  private void inline(
      String name, FunctionDef body, List<TensorRef> inputs, List<String> controls, int depth)
      throws CompileException {
    calls++;
    String prefix = name + "/";
    List<OpDef.ArgDef> arguments = body.getSignature().getInputArgList();
    if (arguments.size() != inputs.size()) {
      throw new CompileException(
          "Node "
              + name
              + " gives "
              + inputs.size()
              + " inputs to function "
              + body.getSignature().getName()
              + ", which takes "
              + arguments.size()
              + ".");
    }
    for (int i = 0; i < inputs.size(); i++) {
      aliases.put(TensorRef.of(prefix + arguments.get(i).getName()), inputs.get(i));
    }
    body.getNodeDefList().forEach(node -> ops.put(prefix + node.getName(), node.getOp()));
    for (NodeDef node : body.getNodeDefList()) {
      add(prefix, node, controls, depth + 1);
    }
    List<OpDef.ArgDef> results = body.getSignature().getOutputArgList();
    for (int i = 0; i < results.size(); i++) {
      String result = body.getRetOrDefault(results.get(i).getName(), "");
      if (result.isEmpty()) {
        throw new CompileException(
            "Function "
                + body.getSignature().getName()
                + " does not say what its result "
                + results.get(i).getName()
                + " is.");
      }
      aliases.put(new TensorRef(name, i), reference(prefix, result));
    }
  }
}
