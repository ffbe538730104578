package io.ganglion.api;

import java.util.List;

/**
 * Documents sorted by their score for a query.
 *
 * <pre>{@code
 * Ranking ranking = client.rerank("How high is Mont Blanc?", passages).join();
 * for (Ranking.Document best : ranking.documents().subList(0, 3)) {
 *   System.out.println(best.score() + " " + passages.get(best.index()));
 * }
 * ranking.failures().forEach(bad -> log(bad.index(), bad.failure()));
 * }</pre>
 *
 * @param documents by falling score; equal scores by rising index
 * @param failures documents that the server could not score, by rising index
 */
public record Ranking(List<Document> documents, List<Failure> failures) {
  /** Takes unmodifiable copies. */
  public Ranking {
    documents = List.copyOf(documents);
    failures = List.copyOf(failures);
  }

  /**
   * A document with its score.
   *
   * <pre>{@code
   * String text = passages.get(document.index());
   * }</pre>
   *
   * @param index of the document among those that were sent, from 0
   * @param score higher is better
   */
  public record Document(int index, float score) {
    /**
     * Checks the score.
     *
     * @throws IllegalArgumentException if it is not finite
     */
    public Document {
      if (!Float.isFinite(score)) {
        throw new IllegalArgumentException("a score is " + score);
      }
    }
  }

  /**
   * A document without a score.
   *
   * <pre>{@code
   * log(failure.index(), failure.failure().getMessage());
   * }</pre>
   *
   * @param index of the document among those that were sent, from 0
   * @param failure why
   */
  public record Failure(int index, GanglionException failure) {}
}
