package io.ganglion.runtime.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.core.ReferenceEncoder;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.TensorType;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArtifactRoundTripTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadAgain(Precision precision) throws Exception {
    TestArtifacts written = TestArtifacts.tiny().precision(precision).labels("a", "b", "c");
    Path path = written.write(directory.resolve("model"));
    try (Artifact artifact = Artifact.open(path)) {
      assertThat(artifact.manifest()).isEqualTo(written.manifest());
      assertThat(artifact.weights().specs()).isEqualTo(WeightSchema.of(written.manifest()));
      assertThat(artifact.tokenizer().vocabularySize()).isEqualTo(160);
      assertThat(artifact.golden().inputs())
          .usingRecursiveFieldByFieldElementComparator()
          .isEqualTo(written.inputs(4));
      assertThat(artifact.digest()).matches("[0-9a-f]{64}");
      assertThat(artifact.directory()).isEqualTo(path);
    }
    try (var names = Files.list(directory)) {
      assertThat(names).containsExactly(path); // no leftovers beside it
    }
  }

  @ParameterizedTest
  @EnumSource
  void roundedWeightsStillGiveTheGoldenAnswers(Precision precision) throws Exception {
    Path path = TestArtifacts.tiny().precision(precision).seed(7).write(directory.resolve("model"));
    try (Artifact artifact = Artifact.open(path)) {
      ReferenceEncoder reference = ReferenceEncoder.of(artifact);
      double largest = 0;
      for (int i = 0; i < artifact.golden().inputs().size(); i++) {
        float[] expected = artifact.manifest().answer(artifact.golden().outputs().get(i));
        float[] found =
            artifact.manifest().answer(reference.outputs(artifact.golden().inputs().get(i)));
        for (int k = 0; k < expected.length; k++) {
          largest = Math.max(largest, Math.abs(expected[k] - found[k]));
        }
      }
      assertThat(largest).isLessThan(artifact.manifest().tolerance());
      assertThat(largest == 0).isEqualTo(precision == Precision.FP32);
    }
  }

  @Test
  void everyTaskAndItsGoldenOutputsAreReadAgain() throws Exception {
    ModelDimensions narrow = new ModelDimensions(160, 64, 2, 16, 32, 2, 2, 64);
    List<TestArtifacts> models =
        List.of(
            TestArtifacts.tiny().output(OutputActivation.SIGMOID),
            TestArtifacts.tiny().labels("score").output(OutputActivation.IDENTITY),
            TestArtifacts.tiny().embedding(Pooling.MEAN, true),
            TestArtifacts.of(narrow).embedding(Pooling.MAX, false),
            TestArtifacts.tiny().tokens("O", "PER", "LOC"));
    for (TestArtifacts written : models) {
      Path path = written.write(directory.resolve("model" + models.indexOf(written)));
      try (Artifact artifact = Artifact.open(path)) {
        ModelManifest manifest = artifact.manifest();
        assertThat(manifest).isEqualTo(written.manifest());
        ReferenceEncoder reference = ReferenceEncoder.of(artifact);
        for (int i = 0; i < artifact.golden().inputs().size(); i++) {
          TokenSequence input = artifact.golden().inputs().get(i);
          int rows = manifest.task().rows(1, input.length());
          assertThat(artifact.golden().outputs().get(i))
              .hasSize(rows * manifest.outputWidth())
              .isEqualTo(reference.outputs(input));
        }
      }
    }
  }

  @Test
  void theSameInputGivesTheSameBytes() throws Exception {
    Path first = TestArtifacts.tiny().seed(3).write(directory.resolve("first"));
    Path second = TestArtifacts.tiny().seed(3).write(directory.resolve("second"));
    Path other = TestArtifacts.tiny().seed(4).write(directory.resolve("other"));
    for (String name : ArtifactFiles.list(first)) {
      assertThat(first.resolve(name)).hasSameBinaryContentAs(second.resolve(name));
    }
    Path manifest = Path.of(ArtifactFiles.MANIFEST);
    assertThat(first.resolve(manifest)).hasSameBinaryContentAs(second.resolve(manifest));
    assertThat(Files.mismatch(first.resolve(manifest), other.resolve(manifest))).isNotEqualTo(-1);
  }

  @Test
  void layersMayKeepAPrecisionOfTheirOwn() throws Exception {
    TestArtifacts written =
        TestArtifacts.tiny()
            .precision(Precision.INT8)
            .layerPrecision(
                Map.of("encoder.0.output", Precision.BF16, "encoder.1.output", Precision.FP32));
    try (Artifact artifact = Artifact.open(written.write(directory.resolve("model")))) {
      assertThat(artifact.manifest()).isEqualTo(written.manifest());
      assertThat(artifact.weights().spec("encoder.0.output.weight").type())
          .isEqualTo(TensorType.BF16);
      assertThat(artifact.weights().spec("encoder.0.intermediate.weight").type())
          .isEqualTo(TensorType.I8);
    }
  }
}
