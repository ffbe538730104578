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
 * Converts a GraphDef to one flat graph: calls of functions are replaced by the function's nodes,
 * with the call's name as a prefix. Not thread-safe; used once.
 */
final class GraphImporter {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_SHOWN = 200;

  /** An operator that gives more tensors than a model has nodes is none. */
  private static final int MAX_PORT = 1 << 20;

  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");

  /** The output names of operators with several outputs. For all others any name means port 0. */
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

  /**
   * The operator of each node of a function. Collected first, because nodes may come in any order.
   */
  private final Map<String, String> ops = new HashMap<>();

  /** The tensors of functions' bodies that replace the outputs of calls. */
  private final Map<TensorRef, TensorRef> aliases = new HashMap<>();

  private final ImportBudget budget = new ImportBudget();

  private GraphImporter() {}

  /** A graph, with the names of the tensors that replace outputs of calls. */
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
    for (FunctionDef function : def.getLibrary().getFunctionList()) {
      String name = function.getSignature().getName();
      if (importer.functions.put(name, function) != null) {
        throw new CompileException("Two functions of the graph have the name " + shown(name) + ".");
      }
    }
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
              "Node "
                  + shown(node.name())
                  + " reads "
                  + shown(input.toString())
                  + ", which the graph does not have.");
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
    Graph graph = Graph.of(resolved);
    ChainLimit.check(graph);
    return new Imported(graph, aliases);
  }

  /** A name as a sentence shows it: names of any length come from files. */
  static String shown(String name) {
    return name.length() <= MAX_SHOWN
        ? name
        : name.substring(0, MAX_SHOWN) + "... (" + name.length() + " characters)";
  }

  private void add(String prefix, NodeDef def, List<String> outerControls, int depth)
      throws CompileException {
    if (depth > MAX_DEPTH) {
      throw new CompileException(
          "The graph's functions call each other without end, or more than "
              + MAX_DEPTH
              + " deep: it is damaged or no model; export it again.");
    }
    budget.node(prefix, def, outerControls.size());
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
      throw new CompileException("Two nodes of the graph have the name " + shown(name) + ".");
    }
  }

  private static Map<String, Attribute> attributes(String name, NodeDef def)
      throws CompileException {
    try {
      return ProtoAttributes.all(def.getAttrMap());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new CompileException(
          "Node " + shown(name) + " has an attribute that makes no sense: " + e.getMessage(), e);
    }
  }

  /** In a graph {@code node:port}, in a function {@code node:output name:index} or an argument. */
  private TensorRef reference(String prefix, String input) throws CompileException {
    String[] parts = input.split(":", -1);
    try {
      return switch (parts.length) {
        case 1 -> new TensorRef(prefix + input, 0);
        case 2 -> new TensorRef(prefix + parts[0], index(parts[1]));
        case 3 -> new TensorRef(prefix + parts[0], port(prefix + parts[0], parts[1], parts[2]));
        default -> throw new NumberFormatException(input);
      };
    } catch (NumberFormatException e) {
      throw new CompileException("\"" + shown(input) + "\" is not the name of a tensor.", e);
    }
  }

  private int port(String node, String outputName, String index) {
    List<String> names = OUTPUT_NAMES.getOrDefault(ops.getOrDefault(node, ""), List.of());
    return Math.max(0, names.indexOf(outputName)) + index(index);
  }

  private static int index(String text) {
    int index = Integer.parseInt(text);
    if (index < 0 || index > MAX_PORT) {
      throw new NumberFormatException(text);
    }
    return index;
  }

  /** The function that a node calls, in the style of TensorFlow 2 or 1; null for an operator. */
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
          "Node "
              + shown(name)
              + " calls a function \""
              + shown(function)
              + "\" that the graph does not have.");
    }
    return body;
  }

  private void inline(
      String name, FunctionDef body, List<TensorRef> inputs, List<String> controls, int depth)
      throws CompileException {
    budget.call(name, body);
    String prefix = name + "/";
    List<OpDef.ArgDef> arguments = body.getSignature().getInputArgList();
    if (arguments.size() != inputs.size()) {
      throw new CompileException(
          "Node "
              + shown(name)
              + " gives "
              + inputs.size()
              + " inputs to function "
              + shown(body.getSignature().getName())
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
                + shown(body.getSignature().getName())
                + " does not say what its result "
                + results.get(i).getName()
                + " is.");
      }
      aliases.put(new TensorRef(name, i), reference(prefix, result));
    }
  }
}
