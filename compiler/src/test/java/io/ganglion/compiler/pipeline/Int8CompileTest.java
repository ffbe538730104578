package io.ganglion.compiler.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.SampleWriter;
import io.ganglion.compiler.verify.Gate;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Int8CompileTest {
  private static final int VOCABULARY = 4096;

  @TempDir static Path samples;
  @TempDir Path directory;

  @BeforeAll
  static void writeSamples() throws Exception {
    for (int outliers : new int[] {0, 2}) {
      ModelDimensions dimensions = new ModelDimensions(VOCABULARY, 64, 2, 128, 2, 2, 512);
      SampleConfig config =
          new SampleConfig(dimensions, 2, 64, Activation.GELU_TANH, "bert", false, true, 5, outliers);
      SampleWriter.write(
          sample(outliers), config, SampleWriter.vocabulary(VOCABULARY), Progress.SILENT);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void labelsSurviveInt8PlainAndWithOutliers(int outliers) throws Exception {
    // "auto" takes int8 for the plain model. For the other, int8 is requested.
    PrecisionChoice choice = outliers == 0 ? PrecisionChoice.AUTO : PrecisionChoice.INT8;
    ModelCompiler.Result result = compile(outliers, choice, 0.99, null);
    assertThat(result.manifest().precision()).isEqualTo(Precision.INT8);
    assertThat(result.manifest().layerPrecision().size()).isLessThanOrEqualTo(4);
    assertThat(result.verification().inputs()).isEqualTo(128);
    try (Artifact artifact = Artifact.open(directory.resolve("out"))) {
      assertThat(artifact.manifest()).isEqualTo(result.manifest());
    }
  }

  @Test
  void autoFallsBackToWhatMeetsTheTolerance() throws Exception {
    CompileOptions strict = options(0, PrecisionChoice.AUTO, 1, null, 1e-5);
    ModelCompiler.Result result = ModelCompiler.compile(strict, Progress.SILENT);
    assertThat(result.manifest().precision()).isEqualTo(Precision.FP32);
    assertThat(result.trials()).hasSizeGreaterThan(2);
    assertThat(result.trials().subList(0, result.trials().size() - 1)).noneMatch(Trial::isAccepted);
  }

  @Test
  void whatTheGateRefusesIsNotWrittenAndTheWorstMatricesAreNamed() {
    CompileOptions strict = options(0, PrecisionChoice.INT8, 1, null, 1e-6);
    assertThatThrownBy(() -> ModelCompiler.compile(strict, Progress.SILENT))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("matrices that lose most")
        .hasMessageContaining("encoder.");
    assertThat(directory.resolve("out")).doesNotExist();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void calibrationDataThatIsTooSmallOrEmptyIsRefused() throws Exception {
    Path few =
        Files.writeString(directory.resolve("few.tsv"), "sentence1\tsentence2\na\tb\nc\td\n");
    assertThatThrownBy(() -> compile(0, PrecisionChoice.INT8, 0.99, few))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("too few pairs");
    Path empty = Files.writeString(directory.resolve("empty.tsv"), "");
    assertThatThrownBy(() -> compile(0, PrecisionChoice.INT8, 0.99, empty))
        .isInstanceOf(CompileException.class);
    assertThat(directory.resolve("out")).doesNotExist();
  }

  private ModelCompiler.Result compile(
      int outliers, PrecisionChoice precision, double agreement, @Nullable Path calibration)
      throws CompileException {
    return ModelCompiler.compile(
        options(outliers, precision, agreement, calibration, 0), Progress.SILENT);
  }

  private CompileOptions options(
      int outliers,
      PrecisionChoice precision,
      double agreement,
      @Nullable Path calibration,
      double tolerance) {
    return CompileOptions.of(sample(outliers), directory.resolve("out"), precision)
        .with(new Gate(tolerance, agreement, null, calibration));
  }

  private static Path sample(int outliers) {
    return samples.resolve("outliers-" + outliers);
  }
}
