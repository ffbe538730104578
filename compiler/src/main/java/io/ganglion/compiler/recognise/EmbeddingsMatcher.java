package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recognises the sum of word, position and segment embeddings with its layer norm. */
final class EmbeddingsMatcher {
  private static final int MAX_TERMS = 8;

  private final View view;
  private final LayerNormMatcher norms;

  private final boolean relatives;

  /**
   * @param relatives whether there may be no segments, or positions that start behind row 0
   */
  EmbeddingsMatcher(View view, LayerNormMatcher norms, boolean relatives) {
    this.relatives = relatives;
    this.view = view;
    this.norms = norms;
  }

  /**
   * The embeddings.
   *
   * @param words [vocabulary, hidden]
   * @param positions [positions, hidden]
   * @param segments [segments, hidden]
   * @param norm layer norm of their sum
   * @param epsilon epsilon of that norm
   * @param ids input with the token ids
   * @param segmentIds input with the segment ids; null if every token is in one segment
   * @param oneSegment whether the source has only one segment: every id then means this segment,
   *     and the source's input gets zeros
   */
  record Match(
      Weight words,
      Weight positions,
      Weight segments,
      LayerNorm norm,
      float epsilon,
      TensorRef ids,
      @Nullable TensorRef segmentIds,
      boolean oneSegment) {}

  /**
   * One of the summed tables.
   *
   * @param table [rows, hidden]
   * @param node node that reads it
   * @param rows tensor that chooses the rows; null if they are taken by position
   * @param inputs inputs of the model that choose the rows
   */
  private record Term(Weight table, Node node, @Nullable TensorRef rows, Set<TensorRef> inputs) {
    boolean sliced() {
      return rows == null;
    }
  }

  Match match(TensorRef output) {
    LayerNormMatcher.Match norm = norms.match(output);
    if (norm == null) {
      throw new Misfit(view.stripped(output), "the layer norm of the embeddings should stand here");
    }
    List<Term> terms = new ArrayList<>();
    collect(norm.input(), terms, 0);
    Term words = words(norm, terms);
    terms.remove(words);
    if (words.inputs.size() != 1) {
      throw new Misfit(words.node, "token ids come from " + words.inputs + ", not from one input");
    }
    if (terms.size() == 1 && relatives) {
      return withoutSegments(norm, words, terms.get(0));
    }
    if (terms.size() != 2) {
      throw new Misfit(
          view.node(norm.input()),
          terms.size() == 1
              ? "there are no token type embeddings, so this looks like DistilBERT"
              : "BERT sums word, position and token type embeddings, this sums "
                  + (terms.size() + 1));
    }
    Term positions = positions(terms, words);
    terms.remove(positions);
    return match(norm, words, positions, terms.get(0));
  }

  private Match match(LayerNormMatcher.Match norm, Term words, Term positions, Term segments) {
    Weight places = counted(positions);
    boolean constant = segments.inputs.isEmpty();
    if (segments.inputs.size() > 1) {
      throw new Misfit(segments.node, "segment ids come from more than one input");
    }
    if (segments.inputs.equals(words.inputs)) {
      throw new Misfit(segments.node, "segment ids are computed from the token ids");
    }
    boolean one = segments.table.shape().get(0) == 1;
    Weight table = constant ? repeated(segments) : segments.table;
    return new Match(
        words.table,
        places,
        one ? Weight.stacked(table.name(), List.of(table, table)) : table,
        norm.weights(),
        norm.epsilon(),
        words.inputs.iterator().next(),
        constant ? null : segments.inputs.iterator().next(),
        one);
  }

  /** Embeddings as DistilBERT sums them; every token then has a segment of zeros. */
  private Match withoutSegments(LayerNormMatcher.Match norm, Term words, Term positions) {
    int width = words.table.shape().get(1);
    Weight none = Weight.zeros(words.node.name() + "/no_segments", 2 * width);
    return new Match(
        words.table,
        counted(positions),
        none.reshaped(List.of(2, width)),
        norm.weights(),
        norm.epsilon(),
        words.inputs.iterator().next(),
        null,
        true);
  }

  /** A table in which every segment has the row that the source always uses. */
  private Weight repeated(Term segments) {
    Long row = segments.rows == null ? null : onlyValue(segments.rows);
    if (row == null || row < 0 || row >= segments.table.shape().get(0)) {
      throw new Misfit(segments.node, "it cannot be told which segment all tokens are in");
    }
    return segments.table.repeatingRow(row.intValue());
  }

  /** The value of all elements of a constant, or null. */
  private @Nullable Long onlyValue(TensorRef ref) {
    Node node = view.stripped(ref);
    if (node.is("ZerosLike")) {
      return 0L;
    }
    Long[] values =
        view.integers(node.is("Fill") && node.inputs().size() == 2 ? View.input(node, 1) : ref);
    return values != null && new HashSet<>(Arrays.asList(values)).size() == 1 ? values[0] : null;
  }

  /** The rows of positions from that of the first token on. */
  private Weight counted(Term positions) {
    Node range = positions.rows == null ? null : view.stripped(positions.rows);
    Long[] start = null;
    if (range != null && positions.rows != null && range.is("Const")) {
      start = view.integers(positions.rows);
    } else if (range != null && range.is("Range") && !range.inputs().isEmpty()) {
      start = view.integers(View.input(range, 0));
    }
    Long first = start == null || start.length == 0 ? null : start[0];
    if (first == null || first == 0) {
      return positions.table;
    }
    if (!relatives || first < 0 || first >= positions.table.shape().get(0)) {
      throw new Misfit(
          positions.node, "positions start at row " + first + ", so this looks like RoBERTa");
    }
    int rows = positions.table.shape().get(0);
    return positions.table.rows(first.intValue(), rows - first.intValue());
  }

  private Term words(LayerNormMatcher.Match norm, List<Term> terms) {
    Term words = null;
    for (Term term : terms) {
      boolean more = words == null || term.table.shape().get(0) > words.table.shape().get(0);
      if (!term.sliced() && !term.inputs.isEmpty() && more) {
        words = term;
      }
    }
    if (words == null) {
      throw new Misfit(view.node(norm.input()), "no table is read by token ids");
    }
    return words;
  }

  private static Term positions(List<Term> terms, Term words) {
    for (Term term : terms) {
      if (term.sliced()) {
        return term;
      }
    }
    List<Term> fixed = terms.stream().filter(term -> term.inputs.isEmpty()).toList();
    if (fixed.isEmpty()) {
      boolean byIds = terms.stream().allMatch(term -> term.inputs.equals(words.inputs));
      throw new Misfit(
          terms.get(0).node,
          byIds || terms.stream().anyMatch(term -> term.inputs.equals(words.inputs))
              ? "positions depend on the token ids, so this looks like RoBERTa"
              : "no table is read by position");
    }
    Term first = fixed.get(0);
    return fixed.size() == 2 && fixed.get(1).table.shape().get(0) > first.table.shape().get(0)
        ? fixed.get(1)
        : first;
  }

  private void collect(TensorRef ref, List<Term> terms, int depth) {
    Node node = view.stripped(ref);
    if (node.is("Add", "AddV2") && node.inputs().size() == 2 && depth < MAX_TERMS) {
      collect(View.input(node, 0), terms, depth + 1);
      collect(View.input(node, 1), terms, depth + 1);
    } else if (node.is("AddN") && depth < MAX_TERMS) {
      node.inputs().forEach(input -> collect(input, terms, depth + 1));
    } else {
      terms.add(term(ref, node));
    }
  }

  private Term term(TensorRef ref, Node node) {
    Weight whole = view.weight(ref);
    if (whole != null) {
      return new Term(table(node, whole), node, null, Set.of());
    }
    if (node.is("Gather", "GatherV2", "ResourceGather") && node.inputs().size() >= 2) {
      Weight table = view.requireWeight(View.input(node, 0), "an embedding table");
      return chosen(node, table, View.input(node, 1));
    }
    if (node.is("MatMul", "BatchMatMulV2", "Einsum") && node.inputs().size() == 2) {
      int side = view.stripped(View.input(node, 0)).is("OneHot") ? 0 : 1;
      Node oneHot = view.stripped(View.input(node, side));
      Weight table = view.requireWeight(View.input(node, 1 - side), "an embedding table");
      if (oneHot.is("OneHot")) {
        return chosen(node, table, View.input(oneHot, 0));
      }
    }
    if (node.is("Slice", "StridedSlice")) {
      Weight table = view.requireWeight(View.input(node, 0), "the position embeddings");
      requireFromStart(node);
      return new Term(table(node, table), node, null, Set.of());
    }
    throw new Misfit(node, "an embedding look-up should stand here");
  }

  private Term chosen(Node node, Weight table, TensorRef rows) {
    return new Term(table(node, table), node, rows, view.inputsOf(rows));
  }

  private void requireFromStart(Node node) {
    Long[] begin = view.integers(View.input(node, 1));
    if (begin != null && begin.length > 0) {
      for (Long start : begin) {
        if (start != null && start != 0) {
          throw new Misfit(node, "positions do not start at row 0, so this looks like RoBERTa");
        }
      }
    }
  }

  private static Weight table(Node node, Weight weight) {
    List<Integer> shape = weight.shape();
    if (shape.size() == 3 && shape.get(0) == 1) {
      return weight.reshaped(shape.subList(1, 3));
    }
    if (shape.size() != 2) {
      throw new Misfit(node, "the embedding table " + weight + " is not a matrix");
    }
    return weight;
  }
}
