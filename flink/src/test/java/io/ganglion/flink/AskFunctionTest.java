package io.ganglion.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.TextPair;
import io.ganglion.engine.Engine;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.Pooling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** DataStream jobs on Flink's local cluster. */
@Timeout(120)
class AskFunctionTest {
  @TempDir static Path folder;
  private static Path model;

  private final StreamExecutionEnvironment env =
      StreamExecutionEnvironment.getExecutionEnvironment(new Configuration()).setParallelism(1);

  @BeforeAll
  static void writeTheModel() throws Exception {
    model = TestArtifacts.tiny().write(folder.resolve("model"));
  }

  private AskFunction<String, String> labels() {
    return AskFunction.classify(
        ModelSource.inProcess(model.toString()),
        TextPair::new,
        (String text, Classification answer) -> text + ": " + answer.label(),
        Types.STRING);
  }

  private static <T> List<T> all(DataStream<T> stream) throws Exception {
    List<T> found = new ArrayList<>();
    try (CloseableIterator<T> elements = stream.executeAndCollect()) {
      elements.forEachRemaining(found::add);
    }
    return found;
  }

  @Test
  void orderedResultsComeInTheOrderOfTheElements() throws Exception {
    List<String> texts =
        IntStream.range(0, 3_000).mapToObj(i -> "cat " + "dog ".repeat(i % 40)).toList();
    List<String> found = all(labels().ordered(env.fromData(texts)));
    List<String> expected = new ArrayList<>();
    try (Engine engine = Engine.open(model)) {
      for (String text : texts) {
        expected.add(text + ": " + engine.classify(new TextPair(text)).join().label());
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void moreInFlightThanTheEngineTakesWaitsInsteadOfBeingRefused() throws Exception {
    List<String> texts = IntStream.range(0, 40_000).mapToObj(i -> "cat").toList();
    assertThat(all(labels().unordered(env.fromData(texts).rebalance(), 20_000).setParallelism(2)))
        .hasSize(40_000);
  }

  @Test
  void aRefusedTextFailsTheJobUnlessItHasAResult() throws Exception {
    // More than are in flight: the source is still at work when the job fails.
    List<String> texts = new ArrayList<>(List.of("the cat", ""));
    texts.addAll(Collections.nCopies(5_000, "a dog"));
    assertThatThrownBy(() -> all(labels().ordered(env.fromData(texts), 16)))
        .hasStackTraceContaining("textA is empty");
    List<String> found =
        all(
            labels()
                .whenRefused((text, refusal) -> "refused: " + refusal.getMessage())
                .ordered(env.fromData("the cat", "", "a dog")));
    assertThat(found).hasSize(3).contains("refused: textA is empty");
  }

  @Test
  void vectorsComeAsTheEngineGivesThem() throws Exception {
    Path embedder =
        TestArtifacts.tiny().embedding(Pooling.MEAN, true).write(folder.resolve("embedder"));
    List<Float> found =
        all(
            AskFunction.embed(
                    ModelSource.inProcess(embedder.toString()),
                    (String text) -> text,
                    (String text, Embedding vector) -> vector.values()[31],
                    Types.FLOAT)
                .ordered(env.fromData("the cat", "a big dog")));
    try (Engine engine = Engine.open(embedder)) {
      List<Embedding> expected = engine.embed(List.of("the cat", "a big dog")).join();
      assertThat(found).containsExactly(expected.get(0).values()[31], expected.get(1).values()[31]);
    }
  }

  @Test
  void aFolderWithoutAModelIsToldInOneSentence() {
    DataStream<String> texts = env.fromData("the cat");
    AskFunction<String, String> ask =
        AskFunction.classify(
            ModelSource.inProcess(folder.resolve("none").toString()),
            TextPair::new,
            (String text, Classification answer) -> text,
            Types.STRING);
    assertThatThrownBy(() -> all(ask.ordered(texts)))
        .hasStackTraceContaining("the model cannot be run in this task manager: ");
  }
}
