package io.ganglion.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.rag.Query;

/** Spring AI's own parts over a model in process and over a client. */
@Timeout(60)
class AdaptersTest {
  @TempDir private Path folder;

  @Test
  void vectorsAreThoseOfTheModelInProcess() throws Exception {
    Path artifact =
        TestArtifacts.tiny().embedding(Pooling.MEAN, true).write(folder.resolve("model"));
    try (Engine engine = Engine.open(artifact)) {
      EmbeddingModel embeddings = new GanglionEmbeddingModel(engine);
      EmbeddingResponse response = embeddings.embedForResponse(List.of("the cat", "a red dog"));
      float[] dog = engine.embed(List.of("a red dog")).join().get(0).values();
      assertThat(response.getResults().get(1).getOutput()).isEqualTo(dog);
      assertThat(response.getResults().get(1).getIndex()).isEqualTo(1);
      assertThat(response.getMetadata().getModel()).isEqualTo("model");
      assertThat(response.getMetadata().getUsage().getPromptTokens()).isEqualTo(4 + 5);
      assertThat(embeddings.embed("a red dog")).isEqualTo(dog);
      assertThat(embeddings.embed(new Document("a red dog"))).isEqualTo(dog);
      assertThat(embeddings.dimensions()).isEqualTo(32);
      EmbeddingOptions eight = EmbeddingOptions.builder().dimensions(8).build();
      assertThat(
              embeddings
                  .call(new EmbeddingRequest(List.of("a red dog"), eight))
                  .getResult()
                  .getOutput())
          .hasSize(8);
    }
  }

  @Test
  void documentsAreSortedByTheModelInProcessAndKeepTheirScore() throws Exception {
    Path artifact =
        TestArtifacts.tiny()
            .labels("score")
            .output(OutputActivation.SIGMOID)
            .write(folder.resolve("model"));
    try (Engine engine = Engine.open(artifact)) {
      List<Document> documents =
          List.of(
              new Document("the cat sat"), new Document("a red dog"), new Document("big house"));
      List<Document> best =
          new GanglionReranker(engine, 2).process(new Query("the cat"), documents);
      assertThat(best).hasSize(2);
      assertThat(best.get(0).getScore()).isGreaterThanOrEqualTo(best.get(1).getScore());
      for (Document document : best) {
        float score = engine.classify("the cat", document.getText()).join().probability();
        assertThat(document.getScore()).isEqualTo(score);
        assertThat(documents).extracting(Document::getId).contains(document.getId());
      }
    }
  }

  @Test
  void aServersScoresSortDocumentsAndItsFailuresAreThrown() {
    Map<String, Float> scores = Map.of("good", 3f, "bad", -2f, "fair", 1f);
    FakeGanglion.Script script =
        (pair, times) ->
            scores.containsKey(pair.textB())
                ? FakeReply.score(scores.get(pair.textB()))
                : FakeReply.invalid("it is wrong");
    try (FakeGanglion fake = FakeGanglion.start(List.of("score"), script);
        GanglionClient client = fake.client()) {
      GanglionReranker reranker = new GanglionReranker(client, 5);
      assertThat(
              reranker.process(
                  new Query("which?"),
                  List.of(new Document("bad"), new Document("good"), new Document("fair"))))
          .extracting(Document::getText)
          .containsExactly("good", "fair", "bad");
      assertThatThrownBy(
              () -> reranker.process(new Query("which?"), List.of(new Document("other"))))
          .isInstanceOf(GanglionException.InvalidRequest.class);
      assertThatThrownBy(() -> new GanglionEmbeddingModel(client).embed("a"))
          .isInstanceOf(GanglionException.Unimplemented.class);
    }
  }
}
