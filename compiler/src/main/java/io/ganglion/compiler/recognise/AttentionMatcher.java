package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognises multi-head self-attention, from its input to the joined heads, before the output
 * projection.
 */
final class AttentionMatcher {
  private static final int MAX_MASKS = 4;

  private final View view;
  private final DenseMatcher dense;

  AttentionMatcher(View view, DenseMatcher dense) {
    this.view = view;
    this.dense = dense;
  }

  /**
   * Self-attention.
   *
   * @param input input of all three projections, stripped
   * @param query projection of the queries
   * @param key projection of the keys
   * @param value projection of the values
   * @param heads number of heads
   * @param scale factor of the scores
   * @param maskInputs inputs that the mask is computed from; empty if there is no mask
   */
  record Match(
      TensorRef input,
      DenseMatcher.Match query,
      DenseMatcher.Match key,
      DenseMatcher.Match value,
      int heads,
      float scale,
      Set<TensorRef> maskInputs) {}

  /** The attention that gives {@code context}, the heads' results side by side. */
  Match match(TensorRef context) {
    Node product = view.stripped(context);
    if (!isProduct(product)) {
      throw new Misfit(product, "the weighted sum of the values should stand here");
    }
    boolean softmaxFirst = view.stripped(View.input(product, 0)).is("Softmax");
    Node softmax = view.stripped(View.input(product, softmaxFirst ? 0 : 1));
    if (!softmax.is("Softmax")) {
      throw new Misfit(product, "neither operand is the softmax of attention scores");
    }
    Operand value = operand(View.input(product, softmaxFirst ? 1 : 0));
    Scores scores = scores(softmax);
    Operand query = operand(View.input(scores.product, queryOperand(scores.product)));
    Operand key = operand(View.input(scores.product, 1 - queryOperand(scores.product)));
    TensorRef input = query.dense.input();
    if (!key.dense.input().equals(input) || !value.dense.input().equals(input)) {
      throw new Misfit(scores.product, "query, key and value are not computed from one tensor");
    }
    double scale = scores.scale * query.scale * key.scale;
    if (value.scale != 1) {
      throw new Misfit(product, "the values are scaled, which BERT does not do");
    }
    int heads = heads(query, scale, softmax);
    return new Match(
        input, query.dense, key.dense, value.dense, heads, (float) scale, scores.maskInputs);
  }

  private static boolean isProduct(Node node) {
    return node.is("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "MatMul")
        && node.inputs().size() == 2;
  }

  /**
   * Whether the Einsum's operands are swapped: the query's length is the second last axis of the
   * scores.
   */
  private static int queryOperand(Node product) {
    String[] labels = product.is("Einsum") ? Einsum.labels(product) : null;
    if (labels == null || labels[2].length() < 2) {
      return 0;
    }
    return labels[0].indexOf(labels[2].charAt(labels[2].length() - 2)) >= 0 ? 0 : 1;
  }

  /**
   * Attention scores before the softmax.
   *
   * @param product product of queries and keys
   * @param scale factor of the product
   * @param maskInputs inputs that the added mask is computed from
   */
  private record Scores(Node product, double scale, Set<TensorRef> maskInputs) {}

  private Scores scores(Node softmax) {
    TensorRef logits = View.input(softmax, 0);
    Scores scores = scores(logits, 1, Set.of(), 0);
    if (scores == null) {
      throw new Misfit(
          view.node(unscale(logits).tensor), "the scores of queries and keys should stand here");
    }
    return scores;
  }

  /** Finds the product behind scales, added masks and selections by a mask. */
  private @Nullable Scores scores(TensorRef ref, double factor, Set<TensorRef> masks, int depth) {
    Scaled scaled = unscale(ref);
    Node node = view.node(scaled.tensor);
    double total = factor * scaled.factor;
    if (isProduct(node) && dense.match(scaled.tensor) == null) {
      return new Scores(node, total, masks);
    }
    if (depth == MAX_MASKS) {
      return null;
    }
    if (node.is("Add", "AddV2", "Sub") && node.inputs().size() == 2) {
      for (int side = 0; side < (node.is("Sub") ? 1 : 2); side++) {
        TensorRef mask = View.input(node, 1 - side);
        Scores scores = scores(View.input(node, side), total, joined(masks, mask), depth + 1);
        if (scores != null && view.readsMatrix(mask)) {
          throw new Misfit(node, "a learned bias is added to the scores, as by relative positions");
        }
        if (scores != null) {
          return scores;
        }
      }
    }
    if (node.is("Select", "SelectV2") && node.inputs().size() == 3) {
      Set<TensorRef> selected = joined(masks, View.input(node, 0));
      Scores scores = scores(View.input(node, 1), total, selected, depth + 1);
      return scores != null ? scores : scores(View.input(node, 2), total, selected, depth + 1);
    }
    return null;
  }

  private Set<TensorRef> joined(Set<TensorRef> masks, TensorRef mask) {
    Set<TensorRef> all = new LinkedHashSet<>(masks);
    all.addAll(view.inputsOf(mask));
    return all;
  }

  private record Scaled(TensorRef tensor, double factor) {}

  /** Strips multiplications and divisions by constants from a tensor. */
  private Scaled unscale(TensorRef ref) {
    return unscale(ref, new ArrayList<>());
  }

  private Scaled unscale(TensorRef ref, List<Node> path) {
    double factor = 1;
    TensorRef at = view.strip(ref, path);
    for (int step = 0; step < 8; step++) {
      Node node = view.node(at);
      if (!node.is("Mul", "RealDiv", "Div") || node.inputs().size() != 2) {
        return new Scaled(at, factor);
      }
      Double second = constant(View.input(node, 1));
      Double first = second == null && node.is("Mul") ? constant(View.input(node, 0)) : null;
      if (second != null) {
        factor = node.is("Mul") ? factor * second : factor / second;
        at = view.strip(View.input(node, 0), path);
      } else if (first != null) {
        factor *= first;
        at = view.strip(View.input(node, 1), path);
      } else {
        return new Scaled(at, factor);
      }
    }
    return new Scaled(at, factor);
  }

  private @Nullable Double constant(TensorRef ref) {
    double[] value = new ConeEvaluator(view, Map.of()).evaluate(ref);
    return value != null && value.length == 1 ? value[0] : null;
  }

  /**
   * A projection, and what reshapes it into heads.
   *
   * @param dense the projection
   * @param scale factor of the projection
   * @param path nodes that reshape it
   */
  private record Operand(DenseMatcher.Match dense, double scale, List<Node> path) {}

  private Operand operand(TensorRef ref) {
    List<Node> path = new ArrayList<>();
    Scaled scaled = unscale(ref, path);
    DenseMatcher.Match match = dense.match(scaled.tensor);
    if (match == null) {
      throw new Misfit(
          view.node(scaled.tensor), "a projection to query, key or value should stand here");
    }
    return new Operand(match, scaled.factor, path);
  }

  private int heads(Operand query, double scale, Node softmax) {
    int width = query.dense.dense().outputs();
    if (query.dense.heads() > 0) {
      return query.dense.heads();
    }
    for (Node node : query.path) {
      if (node.is("Reshape") && node.inputs().size() == 2) {
        Long[] sizes = view.integers(View.input(node, 1));
        int heads = sizes == null ? 0 : heads(sizes, width);
        if (heads > 0) {
          return heads;
        }
      }
    }
    long headSize = Math.round(1 / (scale * scale));
    if (headSize > 0 && headSize <= width && width % headSize == 0) {
      return (int) (width / headSize);
    }
    throw new Misfit(softmax, "the number of attention heads cannot be told");
  }

  /** The number of heads from a shape [..., heads, head size]; 0 if it is not such a shape. */
  private static int heads(@Nullable Long[] sizes, int width) {
    if (sizes.length < 3) {
      return 0;
    }
    Long heads = sizes[sizes.length - 2];
    Long headSize = sizes[sizes.length - 1];
    boolean fits = heads != null && heads > 0 && width % heads == 0;
    if (fits && (headSize == null || headSize == -1 || headSize * heads == width)) {
      return heads.intValue();
    }
    boolean bySize = heads != null && heads == -1 && headSize != null && headSize > 0;
    return bySize && width % headSize == 0 ? (int) (width / headSize) : 0;
  }
}
