package io.ganglion.compiler.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.SampleVocabulary;
import io.ganglion.compiler.sample.huggingface.HuggingFaceSample;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.WeightSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves an artifact comes back as the same bits. */
class ArtifactExportTest {
  private static final Path SHARED =
      Path.of(System.getProperty("ganglion.shared.data", "../../shared/data"))
          .resolve("huggingface");

  /** Place of the table of segments in the schema. */
  private static final int SEGMENTS = 2;

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "bert-pair-2-labels, BertForSequenceClassification",
    "bert-nli-3-labels-gelu-new, BertForSequenceClassification",
    "bert-multi-label, BertForSequenceClassification",
    "bert-regression, BertForSequenceClassification",
    "bert-one-segment-type-no-accents, BertForSequenceClassification",
    "bert-token-classification, BertForTokenClassification",
    "cross-encoder-identity, BertForSequenceClassification",
    "cross-encoder-sigmoid, BertForSequenceClassification",
    "distilbert-2-labels, DistilBertForSequenceClassification",
    "roberta-2-labels, BertForSequenceClassification",
    "xlm-roberta-reranker, BertForSequenceClassification",
    "sentence-embedding-mean-normalized, BertModel",
    "sentence-embedding-cls, BertModel"
  })
  void aFolderComesBackAsTheSameModel(String folder, String architecture) throws Exception {
    Path source = SHARED.resolve(folder);
    assumeTrue(Files.isDirectory(source), "the shared data is not beside this checkout");
    Path artifact = compiled(source, "first", PrecisionChoice.FP32);
    for (ExportFormat format : List.of(ExportFormat.HUGGINGFACE, ExportFormat.ONNX)) {
      Path back = temp.resolve(format.toString());
      ArtifactExport.Result result = ArtifactExport.write(artifact, format, back, Progress.SILENT);
      assertThat(result.largest()).isLessThan(1e-5);
      assertThat(result.notes()).isEmpty();
      assertSame(artifact, compiled(back, "again-" + format, PrecisionChoice.FP32));
    }
    assertThat(Files.readString(temp.resolve("HUGGINGFACE").resolve("config.json")))
        .contains('"' + architecture + '"');
  }

  @ParameterizedTest
  @EnumSource(
      value = ExportFormat.class,
      names = {"HUGGINGFACE", "ONNX"})
  void aHeadSizeWhoseRootIsNoPowerOfTwoComesBackToo(ExportFormat format) throws Exception {
    Path artifact = compiled(sample(), "fp32", PrecisionChoice.FP32);
    Path back = temp.resolve("back");
    ArtifactExport.write(artifact, format, back, Progress.SILENT);
    assertSame(artifact, compiled(back, "again", PrecisionChoice.FP32));
  }

  @Test
  void roundedWeightsComeBackAsTheyAre() throws Exception {
    Path artifact = compiled(sample(), "bf16", PrecisionChoice.BF16);
    Path back = temp.resolve("back");
    ArtifactExport.write(artifact, ExportFormat.HUGGINGFACE, back, Progress.SILENT);
    assertSame(artifact, compiled(back, "again", PrecisionChoice.BF16));
  }

  @Test
  void int8IsRefusedAndNothingIsLeft() throws Exception {
    Path artifact = compiled(sample(), "int8", PrecisionChoice.INT8);
    assertThatThrownBy(
            () ->
                ArtifactExport.write(
                    artifact, ExportFormat.ONNX, temp.resolve("back"), Progress.SILENT))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("is in int8")
        .hasMessageEndingWith("export the model's fp32 or bf16 artifact.");
    assertThat(temp.resolve("back")).doesNotExist();
  }

  @Test
  void withoutTensorFlowNoSavedModelIsWritten() throws Exception {
    Path artifact = compiled(sample(), "fp32", PrecisionChoice.FP32);
    assertThatThrownBy(
            () ->
                ArtifactExport.write(
                    artifact, ExportFormat.SAVEDMODEL, temp.resolve("back"), Progress.SILENT))
        .hasMessageContaining("give the same command to compiler-tensorflow");
    assertThat(temp.resolve("back")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 12, 20, 32, 48, 96})
  void everyScaledNumberHasOneThatIsScaledToIt(int headSize) {
    float scale = (float) (1 / Math.sqrt((double) headSize));
    SplittableRandom random = new SplittableRandom(headSize);
    for (int i = 0; i < 200_000; i++) {
      float value = (float) ((random.nextDouble() - 0.5) * Math.pow(2, random.nextInt(-20, 4)));
      float scaled = value * scale;
      assertThat(ArtifactModel.unscaled(scaled, scale) * scale).isEqualTo(scaled);
    }
  }

  private Path sample() throws Exception {
    Path directory = temp.resolve("sample");
    SampleConfig config =
        SampleConfig.of(
            new ModelDimensions(1024, 32, 2, 48, 2, 4, 96), 3, 32, Activation.GELU_TANH, 5);
    new HuggingFaceSample().write(directory, config, SampleVocabulary.of(1024), Progress.SILENT);
    return directory;
  }

  private Path compiled(Path source, String name, PrecisionChoice precision) throws Exception {
    Path artifact = temp.resolve(name);
    ModelCompiler.compile(CompileOptions.of(source, artifact, precision), Progress.SILENT);
    return artifact;
  }

  private static void assertSame(Path first, Path second) throws Exception {
    try (Artifact one = Artifact.open(first);
        Artifact two = Artifact.open(second)) {
      assertThat(two.manifest().dimensions().toString().replace("segments=2", "segments=1"))
          .isEqualTo(one.manifest().dimensions().toString().replace("segments=2", "segments=1"));
      assertThat(two.manifest().task()).isEqualTo(one.manifest().task());
      assertThat(two.manifest().activation()).isEqualTo(one.manifest().activation());
      assertThat(two.manifest().layerNormEpsilon()).isEqualTo(one.manifest().layerNormEpsilon());
      assertThat(two.manifest().labels()).isEqualTo(one.manifest().labels());
      assertThat(two.tokenizer().toJson()).isEqualTo(one.tokenizer().toJson());
      List<TensorSpec> specs = WeightSchema.of(one.manifest());
      // A head's layers may have other names: a class of transformers says which.
      List<TensorSpec> others = WeightSchema.of(two.manifest());
      assertThat(others).hasSameSizeAs(specs);
      for (int i = 0; i < specs.size(); i++) {
        float[] expected = one.weights().reals(specs.get(i).name());
        float[] found = two.weights().reals(others.get(i).name());
        for (int at = 0; at < found.length; at += expected.length) {
          // A graph that knows one kind of segment is read as one with two that are the same.
          assertThat(Arrays.copyOfRange(found, at, at + expected.length))
              .as(specs.get(i).name())
              .isEqualTo(expected);
        }
        assertThat(found.length / expected.length).isBetween(1, i == SEGMENTS ? 2 : 1);
      }
      assertThat(two.manifest().precision()).isNotEqualTo(Precision.INT8);
    }
  }
}
