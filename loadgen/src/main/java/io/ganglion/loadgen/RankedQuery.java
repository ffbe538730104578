package io.ganglion.loadgen;

import io.ganglion.api.Ranking;
import java.util.Comparator;
import java.util.List;

/**
 * A query, its documents and how relevant they are.
 *
 * @param relevance of each document, 0 for none; empty if it is not known
 */
record RankedQuery(String query, List<String> documents, List<Double> relevance)
    implements Question {
  /** The places that NDCG looks at. */
  private static final int PLACES = 10;

  RankedQuery {
    documents = List.copyOf(documents);
    relevance = List.copyOf(relevance);
    if (!relevance.isEmpty() && relevance.size() != documents.size()) {
      throw new IllegalArgumentException("each document needs its relevance, or none");
    }
  }

  @Override
  public int words() {
    return Question.words(query) + documents.stream().mapToInt(Question::words).sum();
  }

  /** Judges a ranking. Without a relevant document no ranking is better than another. */
  Judgement judge(Ranking ranking) {
    if (relevance.stream().noneMatch(grade -> grade > 0)) {
      return Judgement.NONE;
    }
    List<Double> ranked =
        ranking.documents().stream().map(document -> relevance.get(document.index())).toList();
    int first = 0;
    while (first < ranked.size() && ranked.get(first) <= 0) {
      first++;
    }
    List<Double> best = relevance.stream().sorted(Comparator.reverseOrder()).toList();
    return new Judgement.Ranked(
        first < ranked.size() ? 1.0 / (first + 1) : 0, gain(ranked) / gain(best));
  }

  private static double gain(List<Double> grades) {
    double gain = 0;
    for (int place = 0; place < Math.min(PLACES, grades.size()); place++) {
      gain += (Math.pow(2, grades.get(place)) - 1) * Math.log(2) / Math.log(place + 2.0);
    }
    return gain;
  }
}
