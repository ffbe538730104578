package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.sample.savedmodel.BertGraph;
import io.ganglion.compiler.savedmodel.SourceRunner;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSessionTest {
  private static final BertConfig MODEL =
      new BertConfig(30, 16, 2, 2, 32, 24, 2, Activation.GELU_TANH, 0.1, 0.1, 0.25);

  @TempDir private Path directory;

  @Test
  void theExportedModelSaysWhatTheTrainedOneSays() throws Exception {
    Map<String, float[]> weights = FreshWeights.of(MODEL, 8);
    int length = 24;
    Batch batch = Batch.of(examples(5, length, MODEL));
    Path vocabulary = Files.writeString(directory.resolve("vocab.txt"), "[UNK]\n");
    Path exported = directory.resolve("exported");
    ModelExport.write(exported, MODEL, length, vocabulary, weights, null);

    float[] expected;
    try (SourceRunner runner = SourceRunner.open(exported, List.of("serve"))) {
      expected = runner.run(feeds(batch), List.of(BertGraph.LOGITS)).get(0);
    }
    try (TrainingSession session = new TrainingSession(MODEL, 2, 1, 1, 1)) {
      session.initialize(weights);
      float[][] logits = session.logits(batch);
      for (int row = 0; row < batch.size(); row++) {
        assertThat(logits[row][0]).isCloseTo(expected[2 * row], within(1e-5f));
        assertThat(logits[row][1]).isCloseTo(expected[2 * row + 1], within(1e-5f));
      }
    }
  }

  @Test
  void paddingDoesNotChangeAnAnswer() {
    List<Example> examples = examples(4, 12, MODEL);
    try (TrainingSession session = new TrainingSession(MODEL, 2, 1, 1, 1)) {
      session.initialize(FreshWeights.of(MODEL, 8));
      float[] alone = session.logits(Batch.of(examples.subList(0, 1)))[0];
      List<Example> more = new ArrayList<>(examples);
      more.addAll(examples(1, 24, MODEL));
      float[] together = session.logits(Batch.of(more))[0];

      assertThat(together[0]).isCloseTo(alone[0], within(1e-5f));
      assertThat(together[1]).isCloseTo(alone[1], within(1e-5f));
    }
  }

  @Test
  void aBatchInPartsTrainsAsInOnePiece() {
    BertConfig undropped =
        new BertConfig(30, 16, 2, 2, 32, 24, 2, Activation.GELU_TANH, 0, 0, 0.25);
    List<Example> examples = examples(7, 24, undropped);
    List<List<Batch>> ways =
        List.of(
            List.of(Batch.of(examples)),
            List.of(Batch.of(examples.subList(0, 3)), Batch.of(examples.subList(3, 7))));
    List<float[][]> after = new ArrayList<>();
    List<TrainingSession.StepResult> results = new ArrayList<>();
    for (List<Batch> parts : ways) {
      try (TrainingSession session = new TrainingSession(undropped, 2, 1, parts.size(), 1)) {
        session.initialize(FreshWeights.of(undropped, 8));
        results.add(session.step(parts, 0, 1e-2));
        after.add(session.logits(Batch.of(examples)));
      }
    }

    assertThat(results.get(1).loss()).isCloseTo(results.get(0).loss(), within(1e-6f));
    assertThat(results.get(1).gradientNorm())
        .isCloseTo(results.get(0).gradientNorm(), within(1e-5f));
    for (int row = 0; row < examples.size(); row++) {
      assertThat(after.get(1)[row][0]).isCloseTo(after.get(0)[row][0], within(1e-3f));
    }
  }

  @Test
  @Tag("proof")
  void aStepAtBertLargeWidthRunsWithinMemory() {
    BertConfig large = BertConfig.ofSizes(30522, 1024, 2, 16, 4096);
    List<Batch> batch =
        List.of(Batch.of(examples(16, 128, large)), Batch.of(examples(16, 127, large)));
    try (TrainingSession session = new TrainingSession(large, 2, 1, 2, 1)) {
      session.initialize(FreshWeights.of(large, 8));
      TrainingSession.StepResult first = session.step(batch, 0, 1e-4);
      TrainingSession.StepResult second = session.step(batch, 0, 1e-4);

      assertThat(first.isFinite()).isTrue();
      assertThat(second.loss()).isLessThan(first.loss());
      assertThat(session.stepsDone()).isEqualTo(2);
    }
  }

  private static Map<TensorRef, SourceRunner.Feed> feeds(Batch batch) {
    long[] shape = {batch.size(), batch.length()};
    return Map.of(
        TensorRef.of("input_ids_1"),
        new SourceRunner.Feed(ElementType.INT32, shape, batch.ids()),
        TensorRef.of("input_mask_1"),
        new SourceRunner.Feed(ElementType.INT32, shape, batch.mask()),
        TensorRef.of("segment_ids_1"),
        new SourceRunner.Feed(ElementType.INT32, shape, batch.segments()));
  }

  /** The last one has {@code longest} tokens, the others fewer. */
  private static List<Example> examples(int count, int longest, BertConfig model) {
    SplittableRandom random = new SplittableRandom(count);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = i == count - 1 ? longest : 3 + random.nextInt(longest - 3);
      int[] ids = random.ints(length, 1, model.vocabularySize()).toArray();
      int[] segments = new int[length];
      java.util.Arrays.fill(segments, length / 2, length, 1);
      examples.add(new Example(new TokenSequence(ids, segments), i % 2));
    }
    return examples;
  }
}
