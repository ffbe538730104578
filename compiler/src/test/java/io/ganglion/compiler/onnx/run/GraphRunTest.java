package io.ganglion.compiler.onnx.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.onnx.BertFile;
import io.ganglion.compiler.onnx.OnnxModel;
import io.ganglion.compiler.onnx.OnnxReader;
import io.ganglion.compiler.onnx.OnnxType;
import io.ganglion.compiler.onnx.OnnxWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Graphs give what others computed for them, and all forms of one model give the same. */
class GraphRunTest {
  private static final Path DATA =
      Path.of(System.getProperty("ganglion.shared.data", "absent"), "huggingface");

  @TempDir Path temp;

  private static Tensor row(long... values) {
    return Tensor.integers(new int[] {1, values.length}, values);
  }

  private Tensor logits(OnnxWriter writer) throws Exception {
    OnnxModel model = OnnxReader.read(writer.write(temp.resolve("model.onnx")));
    Map<String, Tensor> feeds =
        Map.of(
            "input_ids", row(2, 17, 40, 3, 9, 3, 0),
            "attention_mask", row(1, 1, 1, 1, 1, 1, 0),
            "token_type_ids", row(0, 0, 0, 0, 1, 1, 0));
    return GraphRun.of(model).run(feeds).get("logits");
  }

  @ParameterizedTest
  @EnumSource
  void everyFormOfAModelGivesTheSame(BertFile.Form form) throws Exception {
    Tensor expected = logits(BertFile.of(BertFile.Form.OPSET_11));
    Tensor given = logits(BertFile.of(form));
    for (int i = 0; i < BertFile.LABELS; i++) {
      assertThat(given.real(i)).isCloseTo(expected.real(i), within(2e-6));
    }
  }

  @Test
  void weightsOf16BitsAndWeightsInAnotherFileGiveTheSame() throws Exception {
    Tensor expected = logits(BertFile.of(BertFile.Form.OPSET_17));
    Tensor half =
        logits(
            BertFile.of(
                BertFile.Form.OPSET_17, BertFile.End.LOGITS, OnnxType.FLOAT16, "model.data"));
    for (int i = 0; i < BertFile.LABELS; i++) {
      assertThat(half.real(i)).isCloseTo(expected.real(i), within(1e-6));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bert-pair-2-labels,model.onnx",
    "bert-pair-2-labels,model_dynamo.onnx",
    "cross-encoder-identity,model.onnx"
  })
  void exportedModelsGiveWhatTheirAuthorsComputed(String folder, String file) throws Exception {
    assumeTrue(Files.isDirectory(DATA), "the shared models are not here");
    OnnxModel model = OnnxReader.read(DATA.resolve(folder).resolve(file));
    GraphRun run = GraphRun.of(model);
    JsonNode golden =
        new ObjectMapper().readTree(DATA.resolve(folder).resolve("golden.json").toFile());
    assertThat(golden.get("rows")).hasSizeGreaterThan(30);
    for (JsonNode row : golden.get("rows")) {
      long[] ids = longs(row.get("input_ids"));
      long[] ones = new long[ids.length];
      Arrays.fill(ones, 1);
      Tensor logits =
          run.run(
                  Map.of(
                      "input_ids", row(ids),
                      "attention_mask", row(ones),
                      "token_type_ids", row(types(row, ids))))
              .get("logits");
      JsonNode expected = row.has("logits") ? row.get("logits") : row.get("score");
      for (int i = 0; i < logits.elements(); i++) {
        double value = expected.isArray() ? expected.get(i).asDouble() : expected.asDouble();
        assertThat(logits.real(i)).isCloseTo(value, within(1e-6));
      }
    }
  }

  /** The types of a row; those of a pair change behind the first separator, which also ends it. */
  private static long[] types(JsonNode row, long[] ids) {
    if (row.has("token_type_ids")) {
      return longs(row.get("token_type_ids"));
    }
    long[] types = new long[ids.length];
    for (int i = 1; i < ids.length; i++) {
      types[i] = ids[i - 1] == ids[ids.length - 1] ? 1 : types[i - 1];
    }
    return types;
  }

  private static long[] longs(JsonNode list) {
    long[] values = new long[list.size()];
    Arrays.setAll(values, i -> list.get(i).asLong());
    return values;
  }

  @Test
  void anUnknownOperatorIsNamedWithItsNode() throws Exception {
    OnnxWriter writer = new OnnxWriter(14);
    writer.input("x", OnnxType.FLOAT, 1);
    writer.output("y", 1);
    writer.node("", "StringNormalizer", List.of("x"), List.of("y"));
    OnnxModel model = OnnxReader.read(writer.write(temp.resolve("model.onnx")));
    assertThatThrownBy(() -> GraphRun.of(model))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("node the y (StringNormalizer)");
  }

  @Test
  void inputsThatDoNotFitAndSizesThatAreTooLargeAreNamed() throws Exception {
    for (long size : new long[] {1L << 33, 1L << 30, -5}) {
      OnnxWriter writer = new OnnxWriter(14);
      writer.input("x", OnnxType.FLOAT, 1);
      writer.output("y", -1);
      writer.node("", "Expand", List.of("x", writer.vector(size)), List.of("y"));
      OnnxModel model = OnnxReader.read(writer.write(temp.resolve("model.onnx")));
      assertThatThrownBy(
              () ->
                  GraphRun.of(model)
                      .run(Map.of("x", Tensor.reals(new int[] {1}, new double[] {1}))))
          .isInstanceOf(CompileException.class)
          .hasMessageContaining("node the y (Expand) cannot be computed");
    }
  }
}
