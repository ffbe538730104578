package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.TensorValue;
import io.ganglion.compiler.model.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A view of a graph that skips operators that only move or rename data, and that knows its weights.
 * Not thread-safe.
 */
final class View {
  private static final Set<String> RENAMING =
      Set.of(
          "Identity",
          "StopGradient",
          "PreventGradient",
          "CheckNumerics",
          "Snapshot",
          "Cast",
          "EnsureShape");

  private static final Set<String> RESHAPING =
      Set.of("Reshape", "ExpandDims", "Squeeze", "Transpose", "BroadcastTo", "Tile");

  /** Operators whose result depends only on their input's shape. */
  private static final Set<String> SHAPE_ONLY =
      Set.of("Shape", "ShapeN", "Size", "Rank", "ZerosLike", "OnesLike");

  /** The deepest nesting of shapes packed from shapes. */
  private static final int MAX_NESTING = 16;

  private final Graph graph;
  private final Map<String, Weight> variables;

  View(Graph graph, Map<String, Weight> variables) {
    this.graph = graph;
    this.variables = variables;
  }

  Node node(TensorRef ref) {
    return graph.node(ref);
  }

  /** An input of a node; throws {@link Misfit} if it is missing. */
  static TensorRef input(Node node, int index) {
    if (index < 0 || index >= node.inputs().size()) {
      throw new Misfit(
          node, "it has " + node.inputs().size() + " inputs and one at " + index + " is read");
    }
    return node.inputs().get(index);
  }

  /** The tensor that {@code ref} only renames, reshapes or transposes. This is called stripping. */
  TensorRef strip(TensorRef ref) {
    return strip(ref, new ArrayList<>());
  }

  /** Like {@link #strip(TensorRef)}, and adds the skipped nodes to {@code path}, last first. */
  TensorRef strip(TensorRef ref, List<Node> path) {
    TensorRef at = ref;
    Set<TensorRef> seen = new HashSet<>();
    while (seen.add(at)) {
      Node node = node(at);
      TensorRef inference = node.is("Merge") ? atInference(node) : null;
      if (inference == null && !passes(node, at.port())) {
        return at;
      }
      path.add(node);
      at = inference != null ? inference : input(node, node.is("IdentityN") ? at.port() : 0);
    }
    throw new Misfit(node(ref), "it is part of a cycle");
  }

  /**
   * The branch that a choice between training and inference takes at inference; null if this is no
   * such choice.
   */
  private @Nullable TensorRef atInference(Node merge) {
    for (TensorRef input : merge.inputs()) {
      TensorRef branch = RENAMING.contains(node(input).op()) ? input(node(input), 0) : input;
      Node choice = node(branch);
      if (choice.is("Switch") && choice.inputs().size() == 2 && branch.port() == 0) {
        Node phase = stripIdentity(input(choice, 1));
        Node value =
            phase.is("PlaceholderWithDefault") && !phase.inputs().isEmpty()
                ? stripIdentity(input(phase, 0))
                : phase;
        TensorValue constant = value.is("Const") ? value.constant() : null;
        boolean training = constant == null || !constant.isNumber() || constant.at(0) != 0;
        return training ? null : input(choice, 0);
      }
    }
    return null;
  }

  private static boolean passes(Node node, int port) {
    if (node.is("IdentityN")) {
      return port < node.inputs().size();
    }
    boolean single = node.is("ConcatV2") && node.inputs().size() == 2;
    return !node.inputs().isEmpty()
        && (single || RENAMING.contains(node.op()) || RESHAPING.contains(node.op()));
  }

  /** The node that {@code ref} comes from, skipping operators that only move data. */
  Node stripped(TensorRef ref) {
    return node(strip(ref));
  }

  /** The weight in this tensor, in its stored shape; null if it is not a weight. */
  @Nullable Weight weight(TensorRef ref) {
    Node node = stripped(ref);
    if (node.is("ReadVariableOp") && node.inputs().size() == 1) {
      node = stripped(input(node, 0));
    }
    Weight variable = variables.get(node.name());
    if (variable != null) {
      return checked(node, variable);
    }
    TensorValue constant = node.is("Const") ? node.constant() : null;
    if (constant == null || !constant.type().isReal() || constant.elements() == 0) {
      return null;
    }
    List<Integer> shape = Arrays.stream(constant.shape()).mapToObj(Math::toIntExact).toList();
    return Weight.of(node.name(), shape, constant::toFloats);
  }

  /** The weight in the shape in which the graph uses it; null if it is not a weight. */
  @Nullable Weight shapedWeight(TensorRef ref) {
    Weight weight = weight(ref);
    if (weight == null) {
      return null;
    }
    List<Node> path = new ArrayList<>();
    strip(ref, path);
    for (int i = path.size() - 1; i >= 0; i--) {
      weight = reshaped(path.get(i), weight);
    }
    return weight;
  }

  private Weight reshaped(Node node, Weight weight) {
    boolean moves = node.is("Reshape", "Transpose", "BroadcastTo", "Tile");
    Long[] sizes = moves ? integers(input(node, 1)) : null;
    if (!moves) {
      return weight;
    }
    if (node.is("Reshape") && sizes != null) {
      return weight.reshaped(complete(node, sizes, weight.elements()));
    }
    boolean swaps = sizes != null && Arrays.equals(sizes, new Long[] {1L, 0L});
    if (node.is("Transpose") && swaps && weight.shape().size() == 2) {
      return weight.transposed();
    }
    throw new Misfit(node, "the weight " + weight + " is moved around in a way that is not known");
  }

  /** Computes the only unknown size, -1 or null. */
  private static List<Integer> complete(Node node, @Nullable Long[] sizes, int elements) {
    List<Integer> shape = new ArrayList<>();
    long rest = elements;
    int open = -1;
    for (int i = 0; i < sizes.length; i++) {
      Long size = sizes[i];
      boolean known = size != null && size > 0 && size <= elements;
      if (known) {
        rest /= size;
      } else if (open < 0) {
        open = i;
      } else {
        throw new Misfit(node, "the shape " + Arrays.toString(sizes) + " cannot be told");
      }
      shape.add(known ? size.intValue() : 1);
    }
    if (open >= 0) {
      shape.set(open, (int) rest);
    }
    long all = 1;
    for (int size : shape) {
      all = Math.min(all * size, Integer.MAX_VALUE);
    }
    if (all != elements) {
      throw new Misfit(node, elements + " values cannot be taken as " + Arrays.toString(sizes));
    }
    return shape;
  }

  private static Weight checked(Node node, Weight variable) {
    List<Long> declared = node.shape();
    List<Long> stored = variable.shape().stream().map(Integer::longValue).toList();
    if (declared != null && !declared.contains(-1L) && !declared.equals(stored)) {
      throw new Misfit(
          node,
          "the graph declares it as "
              + declared
              + ", but the checkpoint holds "
              + variable.name()
              + " as "
              + stored);
    }
    return Weight.of(node.name(), variable.shape(), variable::read);
  }

  /** Whether this tensor is a variable that the checkpoint does not hold. */
  boolean isMissingVariable(TensorRef ref) {
    Node node = stripped(ref);
    if (node.is("ReadVariableOp") && node.inputs().size() == 1) {
      node = stripped(input(node, 0));
    }
    return node.is("VariableV2", "Variable", "VarHandleOp") && !variables.containsKey(node.name());
  }

  /** The weight; throws {@link Misfit} if it is missing. */
  Weight requireWeight(TensorRef ref, String what) {
    Weight weight = weight(ref);
    if (weight == null) {
      Node node = stripped(ref);
      throw new Misfit(
          node,
          isMissingVariable(ref)
              ? "the checkpoint does not hold this variable (" + what + ")"
              : what + " should be a variable or a constant here");
    }
    return weight;
  }

  /** The inputs of the model whose values this tensor depends on, apart from their shapes. */
  Set<TensorRef> inputsOf(TensorRef ref) {
    Set<TensorRef> inputs = new LinkedHashSet<>();
    Set<TensorRef> seen = new HashSet<>();
    List<TensorRef> open = new ArrayList<>(List.of(ref));
    while (!open.isEmpty()) {
      TensorRef at = open.remove(open.size() - 1);
      if (!seen.add(at)) {
        continue;
      }
      Node node = node(at);
      if (isInput(node)) {
        inputs.add(at);
      } else if (node.is("Fill")) {
        open.addAll(node.inputs().subList(1, node.inputs().size()));
      } else if (!SHAPE_ONLY.contains(node.op())) {
        open.addAll(node.inputs());
      }
    }
    return inputs;
  }

  static boolean isInput(Node node) {
    return node.is(
        "Placeholder",
        "PlaceholderWithDefault",
        "ParseExample",
        "ParseExampleV2",
        "ParseSingleExample");
  }

  /**
   * The integers of a constant vector or a vector packed from constants; null where not constant.
   */
  @Nullable Long @Nullable [] integers(TensorRef ref) {
    return integers(ref, 0);
  }

  private @Nullable Long @Nullable [] integers(TensorRef ref, int depth) {
    Node node = stripIdentity(ref);
    TensorValue constant = node.constant();
    if (node.is("Const") && constant != null && constant.isNumber()) {
      int count = Math.toIntExact(Math.min(constant.elements(), 64));
      Long[] values = new Long[count];
      for (int i = 0; i < count; i++) {
        values[i] = (long) constant.at(i);
      }
      return values;
    }
    if (!node.is("Pack", "ConcatV2") || node.inputs().isEmpty() || depth > MAX_NESTING) {
      return null;
    }
    List<@Nullable Long> values = new ArrayList<>();
    int parts = node.inputs().size() - (node.is("ConcatV2") ? 1 : 0);
    for (TensorRef part : node.inputs().subList(0, parts)) {
      Long[] inner = integers(part, depth + 1);
      if (node.is("Pack")) {
        values.add(inner != null && inner.length == 1 ? inner[0] : null);
      } else {
        values.addAll(inner == null ? Arrays.asList((Long) null) : Arrays.asList(inner));
      }
    }
    return values.toArray(new Long[0]);
  }

  /** Whether this tensor is computed from a matrix of weights. Constant masks do not count. */
  boolean readsMatrix(TensorRef ref) {
    Set<TensorRef> seen = new HashSet<>();
    List<TensorRef> open = new ArrayList<>(List.of(ref));
    while (!open.isEmpty()) {
      TensorRef at = open.remove(open.size() - 1);
      Node node = node(at);
      if (!seen.add(at) || SHAPE_ONLY.contains(node.op())) {
        continue;
      }
      boolean combines = node.is("Gather", "GatherV2", "ResourceGather", "MatMul", "Einsum");
      for (TensorRef input : node.inputs()) {
        Weight weight = weight(input);
        boolean matrix =
            weight != null && weight.shape().stream().filter(size -> size > 1).count() > 1;
        if (matrix && (combines || !stripped(input).is("Const"))) {
          return true;
        }
        open.add(input);
      }
    }
    return false;
  }

  private Node stripIdentity(TensorRef ref) {
    TensorRef at = ref;
    for (int i = 0; i < 64; i++) {
      Node node = node(at);
      if (!RENAMING.contains(node.op()) || node.inputs().isEmpty()) {
        return node;
      }
      at = input(node, 0);
    }
    return node(at);
  }

  /** Whether this attribute of a node is true. */
  static boolean flag(Node node, String name) {
    return node.attributes().get(name) instanceof Attribute.Flag flag && flag.value();
  }
}
