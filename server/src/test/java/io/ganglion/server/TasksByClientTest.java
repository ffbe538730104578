package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Classification;
import io.ganglion.api.GanglionException;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.Ranking;
import io.ganglion.api.TaggedText;
import io.ganglion.api.TextPair;
import io.ganglion.client.GanglionClient;
import io.ganglion.proto.v1.EmbedRequest;
import io.ganglion.proto.v1.PairClassifierGrpc.PairClassifierBlockingStub;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Has the client ask a model of each task: more texts than a call takes, and typed answers. */
@Timeout(60)
class TasksByClientTest {
  @TempDir private Path folder;
  private TaskServer server;

  @BeforeEach
  void start() {
    server = new TaskServer(folder);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theClientTagsAnyNumberOfTextsInParts() throws Exception {
    server.serve(TestArtifacts.tiny().tokens("O", "B-X", "I-X"));
    List<String> texts = new ArrayList<>(TaskServer.texts(600));
    try (GanglionClient client = server.client()) {
      List<TaggedText> all = client.tag(texts, io.ganglion.api.Aggregation.NONE).join();
      assertThat(all).hasSize(600);
      for (int i = 0; i < 600; i += 111) {
        assertThat(client.tag(texts.subList(i, i + 1), io.ganglion.api.Aggregation.NONE).join())
            .containsExactly(all.get(i));
      }
      assertThat(client.blocking().tag(texts.get(1)).inputTokens())
          .isEqualTo(all.get(1).inputTokens());
      texts.set(300, "");
      assertThatThrownBy(() -> client.blocking().tag(texts, io.ganglion.api.Aggregation.MAX))
          .isInstanceOf(GanglionException.InvalidRequest.class)
          .hasMessageContaining("text 300: texts[44] is empty");
      assertThat(client.blocking().model().task().kind()).isEqualTo(ModelInfo.Kind.TAGGING);
    }
  }

  @Test
  void theClientAsksForTheBestLabelsAndForShorterVectors() throws Exception {
    server.serve(TestArtifacts.tiny().labels("a", "b", "c").output(OutputActivation.SIGMOID));
    try (GanglionClient client = server.client()) {
      Classification two = client.blocking().classify(new TextPair("the cat"), 2);
      assertThat(two.scores()).hasSize(2);
      assertThat(two.scores().get(0))
          .isEqualTo(new Classification.LabelScore(two.label(), two.probability()));
      assertThat(client.blocking().classify(new TextPair("the cat")).scores()).isEmpty();
      assertThatThrownBy(() -> client.classify(new TextPair("a"), 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
    server.serve(TestArtifacts.tiny().embedding(Pooling.MEAN, true));
    try (GanglionClient client = server.client()) {
      assertThat(client.embed(List.of("the cat"), 8).join().get(0).dimensions()).isEqualTo(8);
    }
  }

  @Test
  void theClientRanksAnyNumberOfDocumentsInParts() throws Exception {
    PairClassifierBlockingStub stub = server.serve(TaskServer.reranker());
    List<String> documents = new ArrayList<>(TaskServer.texts(700));
    documents.set(600, " ");
    try (GanglionClient client = server.client()) {
      Ranking ranking = client.rerank("the red cat", documents).join();
      assertThat(ranking.documents()).hasSize(699);
      assertThat(ranking.failures()).extracting(Ranking.Failure::index).containsExactly(600);
      assertThat(ranking.failures().get(0).failure())
          .isInstanceOf(GanglionException.InvalidRequest.class);
      for (int i = 1; i < ranking.documents().size(); i++) {
        Ranking.Document before = ranking.documents().get(i - 1);
        Ranking.Document document = ranking.documents().get(i);
        assertThat(before.score()).isGreaterThanOrEqualTo(document.score());
        if (before.score() == document.score()) {
          assertThat(before.index()).isLessThan(document.index());
        }
      }
      for (Ranking.Document document : ranking.documents().subList(0, 5)) {
        assertThat(document.score())
            .isEqualTo(TaskServer.score(stub, "the red cat", documents.get(document.index())));
      }
      assertThat(client.rerank("a", List.of()).join().documents()).isEmpty();
    }
  }

  @Test
  void theClientEmbedsAnyNumberOfTextsInPartsAndNamesABadOne() throws Exception {
    PairClassifierBlockingStub stub =
        server.serve(TestArtifacts.tiny().embedding(Pooling.MEAN, true));
    List<String> texts = new ArrayList<>(TaskServer.texts(1_000));
    try (GanglionClient client = server.client()) {
      List<io.ganglion.api.Embedding> all = client.embed(texts).join();
      assertThat(all).hasSize(1_000);
      for (int i = 0; i < 1_000; i += 111) {
        EmbedRequest alone = EmbedRequest.newBuilder().addTexts(texts.get(i)).build();
        List<Float> expected = stub.embed(alone).getEmbeddings(0).getValuesList();
        float[] found = all.get(i).values();
        assertThat(IntStream.range(0, found.length).mapToObj(at -> found[at]).toList())
            .isEqualTo(expected);
      }
      texts.set(700, "");
      assertThatThrownBy(() -> client.blocking().embed(texts))
          .isInstanceOf(GanglionException.InvalidRequest.class)
          .hasMessageContaining("text 700: texts[188] is empty");
      assertThatThrownBy(() -> client.blocking().rerank("a", List.of("b")))
          .isInstanceOf(GanglionException.Unimplemented.class)
          .hasMessageContaining("call Embed");
    }
  }
}
