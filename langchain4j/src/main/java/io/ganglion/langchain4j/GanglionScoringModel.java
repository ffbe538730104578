package io.ganglion.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import io.ganglion.api.Ranking;
import io.ganglion.api.TextModel;
import io.ganglion.api.Waiting;
import java.util.Arrays;
import java.util.List;

/**
 * Scores texts for a query with a cross-encoder: for {@code ReRankingContentAggregator}, and
 * wherever LangChain4j wants a {@link ScoringModel}. Any number of texts may be scored in one call.
 * Does not own the model: whoever opened it closes it. Thread-safe.
 *
 * <pre>{@code
 * try (Engine engine = Engine.open(Path.of("reranker"))) {
 *   ScoringModel scoring = new GanglionScoringModel(engine);
 *   List<Double> scores = scoring.scoreAll(segments, "How high is Mont Blanc?").content();
 * }
 * }</pre>
 */
public final class GanglionScoringModel implements ScoringModel {
  private final TextModel model;

  /**
   * Scores with this model.
   *
   * @param model a client or an engine whose model gives one score to a pair of texts
   */
  public GanglionScoringModel(TextModel model) {
    this.model = model;
  }

  /**
   * Scores texts for a query.
   *
   * @param segments any number, none empty
   * @param query what is looked for
   * @return a score for each text, in their order; higher is better
   * @throws io.ganglion.api.GanglionException if one of them has none
   */
  @Override
  public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
    Ranking ranking =
        Waiting.await(model.rerank(query, segments.stream().map(TextSegment::text).toList()));
    if (!ranking.failures().isEmpty()) {
      throw ranking.failures().get(0).failure();
    }
    Double[] scores = new Double[segments.size()];
    for (Ranking.Document document : ranking.documents()) {
      scores[document.index()] = (double) document.score();
    }
    return Response.from(Arrays.asList(scores));
  }
}
