package io.ganglion.bench.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.export.ArtifactExport;
import io.ganglion.compiler.export.ExportFormat;
import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ONNX Runtime loads what export writes, and gives the logits that an independent reference gave
 * for the model from which the artifact was compiled, in one padded batch.
 */
class ExportedOnnxTest {
  private static final Path SHARED =
      Path.of(System.getProperty("ganglion.shared.data", "../../shared/data"))
          .resolve("huggingface");

  /** ONNX Runtime computes in fp32. */
  private static final double TOLERANCE = 2e-5;

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-pair-2-labels",
        "bert-nli-3-labels-gelu-new",
        "bert-multi-label",
        "bert-one-segment-type-no-accents",
        "distilbert-2-labels",
        "roberta-2-labels",
        "xlm-roberta-reranker"
      })
  void onnxRuntimeGivesTheGoldenLogits(String name) throws Exception {
    Path folder = SHARED.resolve(name);
    assumeTrue(Files.isDirectory(folder), "the shared data is not beside this checkout");
    Path artifact = temp.resolve("artifact");
    ModelCompiler.compile(
        CompileOptions.of(folder, artifact, PrecisionChoice.FP32), Progress.SILENT);
    Path exported = temp.resolve("onnx");
    ArtifactExport.write(artifact, ExportFormat.ONNX, exported, Progress.SILENT);
    List<JsonNode> rows = new ArrayList<>();
    new ObjectMapper()
        .readTree(folder.resolve("golden.json").toFile())
        .path("rows")
        .forEach(rows::add);
    float[][] logits = run(exported.resolve("model.onnx"), rows);
    for (int row = 0; row < rows.size(); row++) {
      JsonNode expected = rows.get(row).path("logits");
      assertThat(logits[row]).hasSize(expected.size());
      for (int label = 0; label < expected.size(); label++) {
        assertThat((double) logits[row][label])
            .as("row %d, label %d", row, label)
            .isCloseTo(expected.get(label).asDouble(), within(TOLERANCE));
      }
    }
  }

  private static float[][] run(Path model, List<JsonNode> rows) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> feeds = new HashMap<>();
    try (OrtSession session = environment.createSession(model.toString())) {
      for (String input : session.getInputNames()) {
        feeds.put(input, OnnxTensor.createTensor(environment, padded(input, rows)));
      }
      try (OrtSession.Result result = session.run(feeds)) {
        return (float[][]) result.get("logits").orElseThrow().getValue();
      }
    } finally {
      feeds.values().forEach(OnnxTensor::close);
    }
  }

  /** Padding has the id 7, which is a token: only the mask tells. */
  private static long[][] padded(String input, List<JsonNode> rows) {
    int longest = rows.stream().mapToInt(row -> row.path("input_ids").size()).max().orElseThrow();
    long[][] values = new long[rows.size()][longest];
    for (int row = 0; row < values.length; row++) {
      JsonNode ids = rows.get(row).path("input_ids");
      for (int i = 0; i < longest; i++) {
        boolean token = i < ids.size();
        values[row][i] =
            switch (input) {
              case "input_ids" -> token ? ids.get(i).asLong() : 7;
              case "attention_mask" -> token ? 1 : 0;
              case "token_type_ids" ->
                  token ? rows.get(row).path("token_type_ids").get(i).asLong() : 0;
              default -> throw new AssertionError("The file has the input " + input);
            };
      }
    }
    return values;
  }
}
