package io.ganglion.loadgen;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Sums up judgements. Thread-safe. */
final class Quality {
  private final LongAdder rankings = new LongAdder();
  private final DoubleAdder reciprocalRanks = new DoubleAdder();
  private final DoubleAdder gains = new DoubleAdder();
  private final LongAdder sentences = new LongAdder();
  private final LongAdder right = new LongAdder();
  private final LongAdder found = new LongAdder();
  private final LongAdder wanted = new LongAdder();

  /** One for each pair of the data, however often it was asked. */
  private final ConcurrentMap<ComparedTexts, Judgement.Compared> compared =
      new ConcurrentHashMap<>();

  void add(Judgement judgement) {
    if (judgement instanceof Judgement.Ranked ranked) {
      rankings.increment();
      reciprocalRanks.add(ranked.reciprocalRank());
      gains.add(ranked.ndcg());
    } else if (judgement instanceof Judgement.Compared pair) {
      compared.put(pair.of(), pair);
    } else if (judgement instanceof Judgement.Tagged tagged) {
      sentences.increment();
      right.add(tagged.right());
      found.add(tagged.found());
      wanted.add(tagged.wanted());
    }
  }

  /** The figures that there is something for. */
  List<Score> scores() {
    List<Score> scores = new ArrayList<>();
    long ranked = rankings.sum();
    if (ranked > 0) {
      scores.add(new Score("MRR", "mrr", reciprocalRanks.sum() / ranked, ranked));
      scores.add(new Score("NDCG@10", "ndcg_10", gains.sum() / ranked, ranked));
    }
    List<Judgement.Compared> pairs = List.copyOf(compared.values());
    if (pairs.size() > 1) {
      scores.add(new Score("Spearman", "spearman", spearman(pairs), pairs.size()));
    }
    if (sentences.sum() > 0) {
      long either = found.sum() + wanted.sum();
      double f1 = either == 0 ? 1 : 2.0 * right.sum() / either;
      scores.add(new Score("entity F1", "entity_f1", f1, sentences.sum()));
    }
    return scores;
  }

  /** The correlation of the ranks of scores and cosines; not a number if all are equal. */
  private static double spearman(List<Judgement.Compared> pairs) {
    double[] scores = ranks(pairs, Judgement.Compared::score);
    double[] cosines = ranks(pairs, Judgement.Compared::cosine);
    double mean = (pairs.size() - 1) / 2.0;
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < scores.length; i++) {
      double a = scores[i] - mean;
      double b = cosines[i] - mean;
      product += a * b;
      squaresA += a * a;
      squaresB += b * b;
    }
    return product / Math.sqrt(squaresA * squaresB);
  }

  /** The rank of each value; equal values share the mean of theirs. */
  private static double[] ranks(
      List<Judgement.Compared> pairs, ToDoubleFunction<Judgement.Compared> value) {
    double[] values = pairs.stream().mapToDouble(value).toArray();
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }
}
