package io.ganglion.runtime.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArtifactReaderTest {
  @TempDir static Path whole;
  @TempDir Path directory;

  private Path model;

  @BeforeAll
  static void write() throws Exception {
    TestArtifacts.tiny().precision(Precision.INT8).write(whole.resolve("model"));
  }

  @BeforeEach
  void copy() throws Exception {
    model = Files.createDirectory(directory.resolve("model"));
    for (String name :
        List.of("manifest.json", "weights.safetensors", "tokenizer.json", "golden.safetensors")) {
      Files.copy(whole.resolve("model").resolve(name), model.resolve(name));
    }
  }

  @Test
  void whatIsNoArtifactIsToldApart() throws Exception {
    refuses(directory.resolve("absent"), Reason.NOT_AN_ARTIFACT, "not a directory");
    refuses(directory, Reason.NOT_AN_ARTIFACT, "no manifest.json");
    Files.writeString(directory.resolve("manifest.json"), "{\"manifest_version\": 2}");
    refuses(directory, Reason.NOT_AN_ARTIFACT, "format");
    Files.writeString(directory.resolve("manifest.json"), "[1]");
    refuses(directory, Reason.NOT_AN_ARTIFACT, "format");
  }

  @ParameterizedTest
  @CsvSource({
    "1, TOO_OLD",
    "3, TOO_NEW",
    "4000000000, TOO_NEW",
    "99999999999999999999, TOO_NEW",
    "0, TOO_OLD",
    "-1, TOO_OLD",
    "-99999999999999999999, TOO_OLD",
    "1.0, MALFORMED",
    "true, MALFORMED",
    "null, MALFORMED",
    "'\"1\"', MALFORMED"
  })
  void versionsAreToldApartBeforeAnythingElse(String version, Reason reason) throws Exception {
    Files.writeString(
        model.resolve("manifest.json"),
        "{\"format\":\"ganglion-neuron-artifact\",\"format_version\":%s,\"new\":[]}"
            .formatted(version));
    refuses(model, reason, "manifest.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "batch_size|0|batch size",
        "batch_size|1.5|batch_size",
        "batch_size|\"6\"|batch_size",
        "batch_size|4294967296|out of range",
        "batch_size|null|batch_size",
        "sequence_length|65|sequence length",
        "sequence_length|2|sequence length",
        "labels|[]|labels",
        "labels|[\"a\"]|labels",
        "labels|[\"a\",\"a\"]|called a",
        "labels|[\"a\",\" \"]|blank",
        "labels|[\"a\",null]|labels",
        "precision|\"fp64\"|precision",
        "precision|0|precision",
        "activation|\"exact\"|activation",
        "activation|\"none\"|activation",
        "task|null|task",
        "task|{\"kind\":\"sequence_classification\",\"pooling\":\"first\"}|output",
        "task|{\"kind\":\"sequence_classification\",\"pooling\":\"none\",\"output\":\"softmax\"}|pooling",
        "task|{\"kind\":\"token_classification\",\"pooling\":\"mean\",\"output\":\"softmax\"}|pooling",
        "task|{\"kind\":\"token_classification\",\"pooling\":\"none\",\"output\":\"sigmoid\"}|output",
        "task|{\"kind\":\"sequence_embedding\",\"pooling\":\"mean\",\"output\":\"softmax\"}|output",
        "task|{\"kind\":\"sequence_embedding\",\"pooling\":\"mean\",\"output\":\"l2_norm\"}|labels",
        "task|{\"kind\":\"translation\",\"pooling\":\"first\",\"output\":\"softmax\"}|kind",
        "layer_norm_epsilon|0|epsilon",
        "layer_norm_epsilon|-1e-12|epsilon",
        "layer_norm_epsilon|1e39|epsilon",
        "layer_norm_epsilon|1e400|epsilon",
        "layer_norm_epsilon|1e-60|epsilon",
        "layer_norm_epsilon|\"NaN\"|epsilon",
        "tolerance|0|tolerance",
        "tolerance|1e400|tolerance",
        "head|[]|32 outputs",
        "head|[null]|head",
        "head|[{\"name\":\"c\",\"inputs\":31,\"outputs\":2,\"activation\":\"none\"}]|reads 31",
        "head|[{\"name\":\"c\",\"inputs\":32,\"outputs\":3,\"activation\":\"none\"}]|3 outputs",
        "head|[{\"name\":\"encoder.0\",\"inputs\":32,\"outputs\":2,\"activation\":\"none\"}]|encoder.0",
        "head|[{\"name\":\"c\",\"inputs\":32,\"outputs\":2,\"activation\":\"swish\"}]|activation",
        "head|[{\"name\":\"c\",\"inputs\":32,\"outputs\":2}]|activation",
        "layer_precision|{\"encoder.2.output\":\"bf16\"}|encoder.2.output",
        "layer_precision|{\"encoder.00.output\":\"bf16\"}|encoder.00.output",
        "layer_precision|{\"pooler\":\"bf16\"}|pooler",
        "layer_precision|{\"encoder.0.output\":\"int8\"}|anyway",
        "layer_precision|{\"encoder.0.output\":null}|layer_precision",
        "provenance|{}|provenance",
        "surprise|1|unknown field model.surprise",
      })
  void impossibleModelsAreRefused(String field, String value, String words) throws Exception {
    Resigned.manifest(model, root -> ((ObjectNode) root.get("model")).set(field, json(value)));
    refuses(model, Reason.MALFORMED, words);
  }

  @ParameterizedTest
  @CsvSource({
    "vocabulary_size, 0, MALFORMED",
    "vocabulary_size, 161, BAD_SHAPE",
    "vocabulary_size, 159, BAD_SHAPE",
    "max_positions, 65, BAD_SHAPE",
    "segments, 3, BAD_SHAPE",
    "embedding_size, 0, MALFORMED",
    "embedding_size, 31, BAD_SHAPE",
    "hidden_size, 33, MALFORMED",
    "hidden_size, 2147483646, MALFORMED",
    "layers, 1, BAD_SHAPE",
    "layers, 3, BAD_SHAPE",
    "layers, 2147483647, BAD_SHAPE",
    "intermediate_size, 65, BAD_SHAPE",
    "heads, 0, MALFORMED",
    "heads, -1, MALFORMED"
  })
  void dimensionsThatAreNotTheWeightsAreRefused(String field, int value, Reason reason)
      throws Exception {
    Resigned.manifest(
        model, root -> ((ObjectNode) root.get("model").get("dimensions")).put(field, value));
    refuses(model, reason, "");
  }

  @Test
  void theFileTableIsChecked() throws Exception {
    tampered(root -> root.put("extra", 1), Reason.MALFORMED, "unknown field extra");
    tampered(root -> root.putNull("files"), Reason.MALFORMED, "files");
    tampered(files("../x"), Reason.MALFORMED, "../x");
    tampered(files("/etc/passwd"), Reason.MALFORMED, "/etc/passwd");
    tampered(files("a//b"), Reason.MALFORMED, "a//b");
    tampered(files("manifest.json"), Reason.MALFORMED, "manifest.json");
    tampered(files("nul\0"), Reason.MALFORMED, "nul");
    tampered(files("absent"), Reason.TRUNCATED, "absent");
    tampered(
        root -> ((ObjectNode) root.get("files")).remove("tokenizer.json"),
        Reason.MALFORMED,
        "tokenizer.json");
    tampered(
        root -> ((ObjectNode) root.get("files")).putNull("tokenizer.json"),
        Reason.MALFORMED,
        "tokenizer.json");
    tampered(
        root -> ((ObjectNode) root.get("files").get("tokenizer.json")).put("bytes", -1),
        Reason.MALFORMED,
        "negative");
    tampered(
        root -> ((ObjectNode) root.get("files").get("tokenizer.json")).put("sha256", "abc"),
        Reason.MALFORMED,
        "sha256");
    tampered(root -> root.put("manifest_sha256", 1), Reason.MALFORMED, "sha256");
    Files.writeString(model.resolve("notes.txt"), "x");
    refuses(model, Reason.MALFORMED, "notes.txt");
  }

  @Test
  void droppingsOfSystemsAreNoPartOfTheArtifact() throws Exception {
    Files.writeString(model.resolve(".DS_Store"), "x");
    Files.createDirectories(model.resolve("..2024_01_01/x"));
    Files.writeString(model.resolve("..2024_01_01/x/y"), "x");
    Files.createDirectories(model.resolve("lost+found"));
    Artifact.open(model).close();
  }

  @Test
  void scalesMustBePositiveNumbers() throws Exception {
    byte[] weights = Files.readAllBytes(model.resolve("weights.safetensors"));
    for (float scale : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      byte[] edited = weights.clone();
      int bits = Float.floatToRawIntBits(scale);
      int at = offsetOf("encoder.1.intermediate.input_scale");
      for (int i = 0; i < 4; i++) {
        edited[at + i] = (byte) (bits >>> (8 * i));
      }
      Resigned.file(model, "weights.safetensors", edited);
      refuses(model, Reason.MALFORMED, "encoder.1.intermediate.input_scale");
    }
    Resigned.file(model, "weights.safetensors", weights);
    Artifact.open(model).close();
  }

  private int offsetOf(String name) throws Exception {
    byte[] bytes = Files.readAllBytes(model.resolve("weights.safetensors"));
    int header = (bytes[0] & 0xff) | ((bytes[1] & 0xff) << 8) | ((bytes[2] & 0xff) << 16);
    String json = new String(bytes, 8, header, StandardCharsets.UTF_8);
    return 8
        + header
        + new ObjectMapper().readTree(json).get(name).get("data_offsets").get(0).intValue();
  }

  @Test
  void weightsOfAnotherModelAreRefused() throws Exception {
    Path other = TestArtifacts.tiny().precision(Precision.FP32).write(directory.resolve("other"));
    Resigned.file(
        model, "weights.safetensors", Files.readAllBytes(other.resolve("weights.safetensors")));
    refuses(model, Reason.BAD_SHAPE, "encoder.0.attention.qkv.weight F32");
  }

  @Test
  void aTokenizerThatDoesNotFitIsRefused() throws Exception {
    tokenizer(root -> vocabulary(root).put("one_more", 160));
    refuses(model, Reason.BAD_SHAPE, "161 pieces");
    tokenizer(root -> vocabulary(root).remove("[UNK]"));
    refuses(model, Reason.MALFORMED, "[UNK]");
    tokenizer(
        root ->
            ((ObjectNode) root.at("/post_processor/special_tokens/[SEP]"))
                .putArray("ids")
                .add(1_000_000));
    refuses(model, Reason.BAD_SHAPE, "1000001 pieces");
    tokenizer(
        root -> {
          ArrayNode pair = (ArrayNode) root.at("/post_processor/pair");
          for (int i = 0; i < 20; i++) {
            pair.add(pair.get(0));
          }
        });
    Resigned.manifest(model, root -> ((ObjectNode) root.get("model")).put("sequence_length", 20));
    refuses(model, Reason.BAD_SHAPE, "sequences of 23 tokens");
    Resigned.file(model, "tokenizer.json", new byte[] {(byte) 0xff});
    refuses(model, Reason.MALFORMED, "UTF-8");
  }

  private static ObjectNode vocabulary(ObjectNode root) {
    return (ObjectNode) root.at("/model/vocab");
  }

  private void tokenizer(Consumer<ObjectNode> change) throws Exception {
    byte[] bytes = Files.readAllBytes(whole.resolve("model").resolve("tokenizer.json"));
    ObjectNode root = (ObjectNode) new ObjectMapper().readTree(bytes);
    change.accept(root);
    Resigned.file(model, "tokenizer.json", root.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void goldenInputsMustFitTheModel() throws Exception {
    golden(new int[] {0, 160}, new int[2], new float[] {0, 0}, Reason.MALFORMED, "160");
    golden(new int[] {0, -1}, new int[2], new float[] {0, 0}, Reason.MALFORMED, "-1");
    golden(new int[] {0, 1}, new int[] {0, 2}, new float[] {0, 0}, Reason.MALFORMED, "segment");
    golden(new int[65], new int[65], new float[] {0, 0}, Reason.MALFORMED, "longer");
    golden(new int[2], new int[2], new float[] {0}, Reason.BAD_SHAPE, "rows of 2");
    golden(new int[2], new int[2], new float[] {0, 0, 0}, Reason.BAD_SHAPE, "rows of 2");
    golden(new int[2], new int[2], new float[] {0, Float.NaN}, Reason.MALFORMED, "finite");
  }

  private void golden(
      int[] inputIds, int[] segmentIds, float[] outputs, Reason reason, String words)
      throws Exception {
    Path file = directory.resolve("golden-" + words + outputs.length);
    GoldenFile.write(
        file,
        new GoldenSet(List.of(new TokenSequence(inputIds, segmentIds)), List.of(outputs)),
        Task.classification(OutputActivation.SOFTMAX));
    Resigned.file(model, "golden.safetensors", Files.readAllBytes(file));
    refuses(model, reason, words);
  }

  private static Consumer<ObjectNode> files(String name) {
    return root ->
        ((ObjectNode) root.get("files"))
            .putObject(name)
            .put("bytes", 1)
            .put("sha256", "0".repeat(63) + "1");
  }

  private void tampered(Consumer<ObjectNode> edit, Reason reason, String words) throws Exception {
    byte[] before = Files.readAllBytes(model.resolve("manifest.json"));
    Resigned.manifest(model, edit);
    refuses(model, reason, words);
    Files.write(model.resolve("manifest.json"), before);
  }

  private static com.fasterxml.jackson.databind.JsonNode json(String text) {
    try {
      return new ObjectMapper()
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .readTree(text);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void refuses(Path artifact, Reason reason, String words) {
    assertThatThrownBy(() -> Artifact.open(artifact))
        .isInstanceOfSatisfying(
            ArtifactException.class,
            e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason))
        .hasMessageContaining(words);
  }
}
