package io.ganglion.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.aggregator.ReRankingContentAggregator;
import dev.langchain4j.rag.query.Query;
import io.ganglion.api.GanglionException;
import io.ganglion.client.GanglionClient;
import io.ganglion.client.testing.FakeGanglion;
import io.ganglion.client.testing.FakeReply;
import io.ganglion.engine.Engine;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** LangChain4j's own parts over a model in process and over a client. */
@Timeout(60)
class AdaptersTest {
  private static final List<TextSegment> SEGMENTS =
      List.of(
          TextSegment.from("the cat sat"),
          TextSegment.from("a red dog ran"),
          TextSegment.from("the big house"));

  @TempDir private Path folder;

  @Test
  void segmentsHaveTheScoresOfTheModelInProcess() throws Exception {
    Path model =
        TestArtifacts.tiny()
            .labels("score")
            .output(OutputActivation.SIGMOID)
            .write(folder.resolve("model"));
    try (Engine engine = Engine.open(model)) {
      ScoringModel scoring = new GanglionScoringModel(engine);
      Response<List<Double>> scores = scoring.scoreAll(SEGMENTS, "the cat");
      for (int i = 0; i < SEGMENTS.size(); i++) {
        float expected = engine.classify("the cat", SEGMENTS.get(i).text()).join().probability();
        assertThat(scores.content().get(i)).isEqualTo(expected);
      }
      assertThat(scoring.score("a red dog ran", "the cat").content())
          .isEqualTo(scores.content().get(1));
      assertThatThrownBy(() -> scoring.score("  ", "the cat"))
          .isInstanceOfAny(GanglionException.class, IllegalArgumentException.class);
    }
  }

  @Test
  void vectorsAreThoseOfTheModelInProcess() throws Exception {
    Path model = TestArtifacts.tiny().embedding(Pooling.MEAN, true).write(folder.resolve("model"));
    try (Engine engine = Engine.open(model)) {
      EmbeddingModel embeddings = new GanglionEmbeddingModel(engine);
      Response<List<Embedding>> all = embeddings.embedAll(SEGMENTS);
      assertThat(embeddings.dimension()).isEqualTo(32);
      assertThat(all.content().get(2).vector())
          .isEqualTo(engine.embed(List.of("the big house")).join().get(0).values());
      assertThat(all.tokenUsage().inputTokenCount()).isEqualTo(5 + 6 + 5);
      assertThat(embeddings.embed("the cat sat").content()).isEqualTo(all.content().get(0));
      EmbeddingModel shorter = new GanglionEmbeddingModel(engine, 8);
      assertThat(shorter.dimension()).isEqualTo(8);
      assertThat(shorter.embed("the cat").content().vector()).hasSize(8);
    }
  }

  @Test
  void aggregatedContentsAreSortedByAServersScores() {
    Map<String, Float> scores = Map.of("good", 3f, "bad", -2f, "fair", 1f);
    try (FakeGanglion fake =
            FakeGanglion.start(
                List.of("score"), (pair, times) -> FakeReply.score(scores.get(pair.textB())));
        GanglionClient client = fake.client()) {
      ReRankingContentAggregator aggregator =
          ReRankingContentAggregator.builder()
              .scoringModel(new GanglionScoringModel(client))
              .minScore(0.0)
              .build();
      List<Content> sorted =
          aggregator.aggregate(
              Map.of(
                  Query.from("which?"),
                  List.of(
                      List.of(Content.from("bad"), Content.from("fair"), Content.from("good")))));
      assertThat(sorted)
          .extracting(content -> content.textSegment().text())
          .containsExactly("good", "fair");
    }
  }

  @Test
  void aFailureOfTheServerIsThrownAsItIs() {
    try (FakeGanglion fake =
            FakeGanglion.embedding(2, (pair, times) -> FakeReply.invalid("it is wrong"));
        GanglionClient client = fake.client()) {
      EmbeddingModel embeddings = new GanglionEmbeddingModel(client);
      assertThat(embeddings.dimension()).isEqualTo(2);
      assertThatThrownBy(() -> embeddings.embed("x"))
          .isInstanceOf(GanglionException.InvalidRequest.class)
          .hasMessageContaining("it is wrong");
      ScoringModel scoring = new GanglionScoringModel(client);
      assertThatThrownBy(() -> scoring.score("a", "b"))
          .isInstanceOf(GanglionException.Unimplemented.class);
    }
  }
}
