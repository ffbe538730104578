package io.ganglion.compiler.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.Progress;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models of many shapes: each fp32 artifact answers like its source. */
class ModelMatrixTest {
  private static final int PAIRS = 12;

  @TempDir Path temp;

  static Stream<SampleConfig> small() {
    return Stream.of(
        config(1, 64, 32, 16, 1, Activation.GELU_TANH, true, true),
        config(2, 64, 64, 128, 3, Activation.GELU_ERF, false, false),
        config(5, 128, 128, 64, 20, Activation.GELU_TANH, false, true),
        config(12, 64, 32, 64, 2, Activation.GELU_ERF, true, false));
  }

  /** Combines every value of each dimension with every GELU; the other dimensions vary in turn. */
  static Stream<SampleConfig> all() {
    int[] layers = {1, 2, 5, 12, 24};
    int[] hidden = {64, 128, 256, 512, 1024};
    int[] headSizes = {32, 64, 128};
    int[] lengths = {16, 64, 128, 384, 512};
    int[] labels = {1, 2, 3, 20};
    List<SampleConfig> configs = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      int width = hidden[i % 5];
      int headSize = Math.min(width, headSizes[i % 3]);
      configs.add(
          config(
              width == 1024 ? 2 : layers[(i + i / 5 + i / 25) % 5],
              width,
              headSize,
              lengths[(i + 2 * (i / 5) + 3 * (i / 25)) % 5],
              labels[i % 4],
              i / 2 % 2 == 0 ? Activation.GELU_ERF : Activation.GELU_TANH,
              i % 2 == 0 && width < 512,
              i % 3 == 0));
    }
    return configs.stream();
  }

  private static SampleConfig config(
      int layers,
      int hidden,
      int headSize,
      int length,
      int labels,
      Activation activation,
      boolean frozen,
      boolean labelInputs) {
    ModelDimensions dimensions =
        new ModelDimensions(
            Samples.VOCABULARY, 512, 2, hidden, layers, hidden / headSize, 2 * hidden);
    String scope = labelInputs ? "bert" : "model_" + labels + "/encoder";
    return new SampleConfig(
        dimensions, labels, length, activation, scope, frozen, labelInputs, length);
  }

  @ParameterizedTest
  @MethodSource("small")
  void aSmallModelAnswersAsItsSource(SampleConfig config) throws Exception {
    answersAsItsSource(config);
  }

  @ParameterizedTest
  @MethodSource("all")
  @Tag("proof")
  void anyModelAnswersAsItsSource(SampleConfig config) throws Exception {
    answersAsItsSource(config);
  }

  private void answersAsItsSource(SampleConfig config) throws Exception {
    Path source = Samples.write(temp.resolve("source"), config);
    // TensorFlow on padded pairs takes most of the time, and a few pairs show as much.
    Path pairs = Samples.pairs(temp.resolve("pairs.tsv"), PAIRS);
    CompileOptions options =
        Samples.options(source, temp.resolve("artifact"), Precision.FP32, pairs);
    ModelCompiler.Result result = ModelCompiler.compile(options, Progress.SILENT);
    assertThat(result.manifest().dimensions()).isEqualTo(config.dimensions());
    assertThat(result.manifest().activation()).isEqualTo(config.activation());
    assertThat(result.manifest().labels()).hasSize(config.labels());
    assertThat(result.verification().largestDifference()).isLessThanOrEqualTo(1e-5);
  }
}
