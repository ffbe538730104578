package io.ganglion.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.api.Aggregation;
import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.Entity;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.Ranking;
import io.ganglion.api.TaggedText;
import io.ganglion.api.TextModel;
import io.ganglion.client.GanglionClient;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.engine.Engine;
import io.ganglion.engine.model.ModelOptions;
import io.ganglion.runtime.model.ModelManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiles the folders that HuggingFace's libraries saved, serves them on a port, and holds the
 * answers that a client gets to those of an independent program. An engine in process gives the
 * same bits.
 */
@Timeout(120)
class GoldenFoldersTest {
  /** That of fp32, at which the compiler accepts an artifact. */
  private static final float TOLERANCE = 1e-5f;

  @TempDir private Path temp;

  @ParameterizedTest
  @MethodSource("io.ganglion.acceptance.GoldenFolder#all")
  void aClientGetsWhatTheLibrariesGive(GoldenFolder folder) throws Exception {
    Path artifact = temp.resolve("artifact");
    ModelManifest manifest =
        ModelCompiler.compile(
                CompileOptions.of(folder.path(), artifact, PrecisionChoice.FP32), Progress.SILENT)
            .manifest();
    try (PortServer server = PortServer.start(artifact, ModelOptions.defaults());
        GanglionClient client = GanglionClient.builder().target(server.target()).build();
        Engine engine = Engine.open(artifact)) {
      ModelInfo.Kind kind = client.blocking().model().task().kind();
      assertThat(engine.model().join().task()).isEqualTo(client.model().join().task());
      if (folder.query() != null) {
        ranksAlike(folder, folder.query(), client, engine);
      } else if (kind == ModelInfo.Kind.EMBEDDING) {
        embedsAlike(folder, client, engine);
      } else if (kind == ModelInfo.Kind.TAGGING) {
        tagsAlike(folder, manifest, client, engine);
      } else {
        classifiesAlike(folder, manifest, client, engine);
      }
    }
  }

  private static void classifiesAlike(
      GoldenFolder folder, ModelManifest manifest, TextModel client, TextModel engine) {
    List<CompletableFuture<Classification>> answers =
        folder.rows().stream().map(row -> client.classify(row.pair(), 100)).toList();
    for (int i = 0; i < answers.size(); i++) {
      GoldenFolder.Row row = folder.rows().get(i);
      Classification answer = answers.get(i).join();
      float[] golden = manifest.answer(row.values());
      assertThat(answer.probabilities()).hasSize(golden.length);
      for (int label = 0; label < golden.length; label++) {
        near(answer.probabilities().get(label), golden[label]);
      }
      assertThat(answer.scores()).hasSize(golden.length);
      assertThat(answer.inputTokens()).isEqualTo(row.tokens());
      assertThat(engine.classify(row.pair()).join().probabilities())
          .isEqualTo(answer.probabilities());
    }
  }

  private static void embedsAlike(GoldenFolder folder, TextModel client, TextModel engine) {
    List<String> texts = folder.rows().stream().map(row -> row.pair().textA()).toList();
    List<Embedding> vectors = client.embed(texts).join();
    for (int i = 0; i < texts.size(); i++) {
      near(vectors.get(i).values(), folder.rows().get(i).values());
      assertThat(vectors.get(i).inputTokens()).isEqualTo(folder.rows().get(i).tokens());
    }
    assertThat(engine.embed(texts).join()).isEqualTo(vectors);
  }

  private static void ranksAlike(
      GoldenFolder folder, String query, TextModel client, TextModel engine) {
    List<String> documents = new ArrayList<>();
    for (GoldenFolder.Row row : folder.rows()) {
      documents.add(row.pair().textB());
    }
    Ranking ranking = client.rerank(query, documents).join();
    assertThat(ranking.failures()).isEmpty();
    assertThat(ranking.documents()).hasSameSizeAs(documents);
    for (int place = 0; place < documents.size(); place++) {
      int index = ranking.documents().get(place).index();
      float golden = folder.rows().get(index).values()[0];
      near(ranking.documents().get(place).score(), golden);
      // Documents whose scores are closer than the tolerance may change places.
      int expected = folder.ranking().get(place);
      if (index != expected) {
        near(folder.rows().get(expected).values()[0], golden);
      }
    }
    assertThat(engine.rerank(query, documents).join()).isEqualTo(ranking);
  }

  /** Without aggregation each token has its label and its score. */
  private static void tagsAlike(
      GoldenFolder folder, ModelManifest manifest, TextModel client, TextModel engine) {
    List<String> texts = folder.rows().stream().map(row -> row.pair().textA()).toList();
    List<TaggedText> tagged = client.tag(texts, Aggregation.NONE).join();
    int width = manifest.labels().size();
    for (int i = 0; i < texts.size(); i++) {
      GoldenFolder.Row row = folder.rows().get(i);
      float[] golden = manifest.answer(row.values());
      assertThat(tagged.get(i).inputTokens()).isEqualTo(row.tokens());
      List<String> labels = new ArrayList<>();
      List<Float> scores = new ArrayList<>();
      for (int token = 1; token < row.tokens() - 1; token++) {
        int best = 0;
        for (int label = 1; label < width; label++) {
          best = golden[token * width + label] > golden[token * width + best] ? label : best;
        }
        if (!manifest.labels().get(best).equals("O")) {
          labels.add(manifest.labels().get(best));
          scores.add(golden[token * width + best]);
        }
      }
      List<Entity> entities = tagged.get(i).entities();
      assertThat(entities).extracting(Entity::label).containsExactlyElementsOf(labels);
      for (int at = 0; at < entities.size(); at++) {
        near(entities.get(at).score(), scores.get(at));
      }
    }
    for (Aggregation aggregation : Aggregation.values()) {
      assertThat(engine.tag(texts, aggregation).join())
          .isEqualTo(client.tag(texts, aggregation).join());
    }
  }

  private static void near(float[] values, float[] golden) {
    assertThat(values).hasSameSizeAs(golden);
    for (int i = 0; i < golden.length; i++) {
      near(values[i], golden[i]);
    }
  }

  private static void near(float value, float golden) {
    assertThat(value).isEqualTo(golden, within(TOLERANCE * Math.max(1, Math.abs(golden))));
  }
}
