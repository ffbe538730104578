package io.ganglion.compiler.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Bytes;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.SampleVocabulary;
import io.ganglion.compiler.sample.savedmodel.SavedModelSample;
import io.ganglion.compiler.verify.Acceptance;
import io.ganglion.compiler.verify.ArtifactRun;
import io.ganglion.compiler.verify.Bounds;
import io.ganglion.compiler.verify.Doubt;
import io.ganglion.compiler.verify.Gate;
import io.ganglion.compiler.verify.PairSplit;
import io.ganglion.compiler.verify.Terms;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.ArtifactWriter;
import io.ganglion.runtime.artifact.SafeTensorsWriter;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.Verified;
import io.ganglion.runtime.text.TokenSequence;
import io.ganglion.runtime.text.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
          new SampleConfig(
              dimensions, 2, 64, Activation.GELU_TANH, "bert", false, true, 5, outliers);
      SavedModelSample.write(
          sample(outliers), config, SampleVocabulary.of(VOCABULARY), Progress.SILENT);
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
    assertThat(result.doubts()).containsExactly(Doubt.BUILT_IN_TEXTS);
    assertThat(result.manifest().provenance().verified()).isEqualTo(Verified.onBuiltInPairs(128));
    try (Artifact artifact = Artifact.open(directory.resolve("out"))) {
      assertThat(artifact.manifest()).isEqualTo(result.manifest());
    }
  }

  @Test
  void autoFallsBackToWhatMeetsTheTolerance() throws Exception {
    CompileOptions strict = options(0, PrecisionChoice.AUTO, 1, null, 1e-6);
    ModelCompiler.Result result = ModelCompiler.compile(strict, Progress.SILENT);
    assertThat(result.manifest().precision()).isEqualTo(Precision.FP32);
    assertThat(result.trials()).hasSizeGreaterThan(2);
    assertThat(result.trials().subList(0, result.trials().size() - 1))
        .noneMatch(Trial::isAccepted)
        .allSatisfy(
            trial -> assertThat(trial.complaint()).contains("mean difference", "above 1.0e-06"));
    assertThat(result.trials()).allSatisfy(trial -> assertThat(trial.perSecond()).isPositive());
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

  /** A matrix whose rows have changed places is what a wrong layout or a lost update gives. */
  @Test
  void aBrokenQuantizationIsRefused() throws Exception {
    ModelCompiler.Result result = compile(0, PrecisionChoice.INT8, 0.99, null);
    Path broken = directory.resolve("broken");
    try (Artifact whole = Artifact.open(directory.resolve("out"));
        ArtifactWriter writer = ArtifactWriter.create(broken)) {
      ModelManifest manifest = whole.manifest();
      try (SafeTensorsWriter weights = writer.weights(manifest)) {
        for (TensorSpec spec : whole.weights().specs()) {
          ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(spec.byteSize()));
          whole.weights().read(spec.name(), bytes);
          byte[] values = bytes.array();
          if (spec.name().equals("encoder.0.output.weight")) {
            Collections.rotate(Bytes.asList(values), values.length / 3);
          }
          weights.write(spec.name(), ByteBuffer.wrap(values));
        }
      }
      writer.tokenizer(whole.tokenizer());
      writer.golden(whole.golden(), manifest);
      writer.stage(manifest);
      writer.commit();
    }
    assertThat(complaint(result, directory.resolve("out"))).isEmpty();
    assertThat(complaint(result, broken)).get().asString().contains("mean difference");
  }

  /** What the gate says about an artifact beside its source. */
  private static Optional<String> complaint(ModelCompiler.Result result, Path artifact)
      throws CompileException {
    Tokenizer tokenizer;
    try (Artifact opened = Artifact.open(artifact)) {
      tokenizer = opened.tokenizer().tokenizer(64);
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
    List<TokenSequence> inputs = PairSplit.of(Gate.usual(), false).gate(tokenizer, true);
    List<float[]> source = result.source().oracle().answer(inputs, Progress.SILENT).answers();
    List<float[]> compiled =
        ArtifactRun.of(artifact, inputs, Progress.SILENT, System::nanoTime).rows();
    return Acceptance.complaint(
        Verification.compare(source, compiled, Terms.LABELS, 2),
        Bounds.of(Gate.usual(), Terms.LABELS, Precision.INT8, false));
  }

  @Test
  void pairsOfTheUsersOwnAreNamedInTheManifest() throws Exception {
    Path pairs = Samples.pairs(directory.resolve("mine.tsv"), 60);
    ModelCompiler.Result result =
        ModelCompiler.compile(
            options(0, PrecisionChoice.INT8, 0.99, null, 0)
                .with(new Gate(0, OptionalDouble.empty(), pairs, null)),
            Progress.SILENT);
    Verified verified = result.manifest().provenance().verified();
    assertThat(verified.texts()).isEqualTo("mine.tsv");
    assertThat(verified.sha256()).matches("[0-9a-f]{64}");
    assertThat(verified.inputs()).isEqualTo(result.verification().inputs());
    assertThat(result.doubts()).isEmpty();
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
        .with(new Gate(tolerance, OptionalDouble.of(agreement), null, calibration));
  }

  private static Path sample(int outliers) {
    return samples.resolve("outliers-" + outliers);
  }
}
