package io.ganglion.compiler.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.SampleVocabulary;
import io.ganglion.compiler.sample.savedmodel.SavedModelSample;
import io.ganglion.compiler.source.huggingface.TestFolder;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectTest {
  @TempDir static Path temp;

  @BeforeAll
  static void compile() throws Exception {
    ModelDimensions dimensions = new ModelDimensions(1024, 64, 2, 64, 1, 2, 128);
    SavedModelSample.write(
        temp.resolve("source"),
        SampleConfig.of(dimensions, 2, 32, Activation.GELU_TANH, 1),
        SampleVocabulary.of(1024),
        Progress.SILENT);
    for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
      CompileOptions options =
          CompileOptions.of(
                  temp.resolve("source"),
                  temp.resolve(precision.toString()),
                  PrecisionChoice.of(precision))
              .with(
                  precision == Precision.BF16
                      ? CompileOptions.Rewriting.EMITTED
                      : CompileOptions.Rewriting.NONE);
      ModelCompiler.compile(options, Progress.SILENT);
    }
  }

  @Test
  void aSourceShowsItsSignatureItsOperatorsAndWhatItIs() throws Exception {
    Map<String, Object> report = Inspection.describe(temp.resolve("source"), null);
    JsonNode tree = new ObjectMapper().valueToTree(report);
    assertThat(tree.at("/compilable").asBoolean()).isTrue();
    assertThat(tree.at("/signatures/serving_default/inputs/input_ids").asText())
        .isEqualTo("int32 [-1, 32] input_ids_1:0");
    assertThat(tree.at("/bert/dimensions/hidden_size").asInt()).isEqualTo(64);
    assertThat(tree.at("/bert/parameters").asLong())
        .isEqualTo(tree.at("/checkpoint/parameters").asLong());
    assertThat(tree.at("/operators/MatMul").asInt()).isEqualTo(9);
  }

  @Test
  void anArtifactShowsItsManifestAndItsKernels() throws Exception {
    JsonNode tree = new ObjectMapper().valueToTree(Inspection.describe(temp.resolve("bf16"), null));
    assertThat(tree.at("/kind").asText()).isEqualTo("artifact");
    assertThat(tree.at("/manifest/model/precision").asText()).isEqualTo("bf16");
    assertThat(tree.at("/manifest/model/partition/core/0").asText()).isEqualTo("encoder.0");
    assertThat(tree.at("/precision/encoder.0").asText()).isEqualTo("bf16");
    assertThat(tree.at("/total_bytes").asLong())
        .isGreaterThan(tree.at("/manifest/files/weights.safetensors/bytes").asLong());
    assertThat(tree.at("/cpu_core").size()).isPositive();
  }

  @Test
  void anArtifactHasNoScopes() {
    assertThatThrownBy(() -> Inspection.describe(temp.resolve("bf16"), "bert"))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("is an artifact");
  }

  @Test
  void anArtifactDoesNotDifferFromItself() throws Exception {
    assertThat(Comparison.of(temp.resolve("fp32"), temp.resolve("fp32"))).isEmpty();
  }

  @Test
  void whatDiffersBetweenTwoPrecisionsIsNamed() throws Exception {
    assertThat(Comparison.of(temp.resolve("fp32"), temp.resolve("bf16")))
        .anyMatch(line -> line.equals("manifest: model.precision: fp32 -> bf16"))
        .anyMatch(line -> line.startsWith("weights: encoder.0.attention.qkv.weight: F32"))
        .anyMatch(line -> line.equals("file: saved_model/saved_model.pb is only in the second"))
        .noneMatch(line -> line.startsWith("vocabulary"));
  }

  @Test
  void sourcesOfAnyKindAreCompared() throws Exception {
    Path first = TestFolder.bert().write(temp.resolve("first"));
    Path second = TestFolder.bert().write(temp.resolve("second"));
    assertThat(Comparison.of(first, second)).isEmpty();
    Files.writeString(second.resolve("vocab.txt"), "other");
    assertThat(Comparison.of(first, second))
        .containsExactly("files: their names or contents differ");
    assertThat(Comparison.of(first, temp.resolve("source")))
        .anyMatch(line -> line.equals("source: kind: HuggingFace folder -> SavedModel"));
    assertThatThrownBy(() -> Comparison.of(first, temp.resolve("fp32")))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("compare two artifacts, or two sources");
  }

  @Test
  void anEncoderWithoutAHeadSaysWhyItCannotBeCompiled() throws Exception {
    Path genuine =
        Path.of(System.getProperty("ganglion.shared.data", "absent"))
            .resolve("savedmodels/detext_bert_hub");
    assumeThat(genuine).as("no genuine models beside this checkout").exists();
    Map<String, Object> report = Inspection.describe(genuine, null);
    assertThat(report).containsEntry("compilable", false);
    assertThat(String.valueOf(report.get("why_not"))).contains("no classification head");
  }
}
