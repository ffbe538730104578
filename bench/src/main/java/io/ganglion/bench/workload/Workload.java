package io.ganglion.bench.workload;

import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * The pairs that every system runs, in the order of their file. Immutable.
 *
 * @param pairs texts of the pairs
 * @param sequences their tokens
 */
public record Workload(List<Pairs.Pair> pairs, List<TokenSequence> sequences) {
  private static final double GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

  public Workload {
    pairs = List.copyOf(pairs);
    sequences = List.copyOf(sequences);
  }

  /** Encodes at most {@code most} pairs, spread evenly. */
  public static Workload of(List<Pairs.Pair> all, Tokenizer tokenizer, int most) {
    int count = Math.min(all.size(), most);
    List<Pairs.Pair> pairs =
        IntStream.range(0, count)
            .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
            .toList();
    return new Workload(pairs, pairs.stream().map(p -> tokenizer.encode(p.a(), p.b())).toList());
  }

  /** Number of pairs. */
  public int size() {
    return sequences.size();
  }

  /** Number of tokens of all pairs. */
  public int tokens() {
    return sequences.stream().mapToInt(TokenSequence::length).sum();
  }

  /** The quantile of the number of tokens in a pair. */
  public int lengthAt(double quantile) {
    int[] lengths = sequences.stream().mapToInt(TokenSequence::length).sorted().toArray();
    return lengths[(int) Math.min(lengths.length - 1L, (long) (quantile * lengths.length))];
  }

  /**
   * Batches of {@code batchSize} neighbours, in file order or sorted by length. The batches are in
   * an {@link #evenly even} order.
   */
  public List<Batch> batches(int batchSize, boolean sorted) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, size()).boxed().toList());
    if (sorted) {
      order.sort(Comparator.comparingInt(pair -> sequences.get(pair).length()));
    }
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < order.size(); from += batchSize) {
      batches.add(batch(order.subList(from, Math.min(order.size(), from + batchSize))));
    }
    return evenly(batches, batch -> batch.tokens().tokens());
  }

  /** The numbers of all pairs in an {@link #evenly even} order of their lengths. */
  public List<Integer> evenOrder() {
    return evenly(
        IntStream.range(0, size()).boxed().toList(), pair -> sequences.get(pair).length());
  }

  private Batch batch(List<Integer> pairs) {
    List<TokenSequence> members = pairs.stream().map(sequences::get).toList();
    return new Batch(pairs, members, TokenBatch.of(members));
  }

  /**
   * Reorders items so that every stretch has the same mix of small and large ones. A measurement
   * may then stop anywhere and has still seen all lengths.
   */
  static <T> List<T> evenly(List<T> items, ToIntFunction<T> size) {
    List<T> bySize = items.stream().sorted(Comparator.comparingInt(size)).toList();
    return IntStream.range(0, bySize.size())
        .boxed()
        .sorted(Comparator.comparingDouble(rank -> rank * GOLDEN_RATIO % 1))
        .map(bySize::get)
        .toList();
  }
}
