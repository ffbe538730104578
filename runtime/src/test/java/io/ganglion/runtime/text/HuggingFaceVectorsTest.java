package io.ganglion.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.runtime.SharedData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids that the tokenizers library gave for the files of small models of every family. */
class HuggingFaceVectorsTest {
  private static final String VECTORS = "huggingface/hf_tokenizer_vectors.json";
  private static final String VERSIONS = "huggingface/hf_truncation_by_version.json";
  private static final int SEPARATE = 102;
  private static final int NO_LIMIT = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, TokenizerSpec> specs = new HashMap<>();

  @Test
  void equalsTheGoldenIdsOfEveryModel() throws Exception {
    int models = 0;
    for (Path model : models()) {
      JsonNode golden = JSON.readTree(model.resolve("golden.json").toFile());
      Tokenizer tokenizer =
          TokenizerSpec.read(model.resolve("tokenizer.json")).tokenizer(maxLength(model));
      for (JsonNode row : golden.get("rows")) {
        TokenSequence found =
            golden.has("query")
                ? tokenizer.encode(text(golden, "query"), text(row, "document"))
                : tokenizer.encode(
                    text(row, row.has("text_a") ? "text_a" : "text"), textOrNull(row, "text_b"));
        assertThat(found.inputIds()).as("%s: %s", model, row).isEqualTo(ints(row, "input_ids"));
        if (row.has("token_type_ids")) {
          assertThat(found.segmentIds()).as("%s", row).isEqualTo(ints(row, "token_type_ids"));
        }
      }
      models++;
    }
    assertThat(models).isGreaterThan(10);
  }

  private static List<Path> models() throws Exception {
    try (Stream<Path> folders = Files.list(SharedData.require("huggingface"))) {
      return folders.filter(folder -> Files.exists(folder.resolve("tokenizer.json"))).toList();
    }
  }

  private static int maxLength(Path model) throws Exception {
    JsonNode config = JSON.readTree(model.resolve("tokenizer_config.json").toFile());
    return config.get("model_max_length").intValue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"roberta-2-labels", "xlm-roberta-reranker"})
  void equalsTheVectorsOfByteLevelAndUnigramTokenizers(String model) throws Exception {
    Path folder = SharedData.require("huggingface").resolve(model);
    JsonNode json = JSON.readTree(folder.resolve("tokenizer.json").toFile());
    for (JsonNode row : JSON.readTree(folder.resolve("tokenizer_vectors.json").toFile())) {
      equalsTheVector((ObjectNode) json, row);
    }
  }

  @Test
  void equalsTheVectorsOfBertUnderEverySetting() throws Exception {
    ObjectNode json = bert();
    for (JsonNode row : JSON.readTree(SharedData.require(VECTORS).toFile())) {
      ObjectNode normalizer = (ObjectNode) json.get("normalizer");
      normalizer.put("lowercase", row.path("do_lower_case").asBoolean(true));
      normalizer.set("strip_accents", row.get("strip_accents"));
      normalizer.put("handle_chinese_chars", row.path("tokenize_chinese_chars").asBoolean(true));
      equalsTheVector(json, row);
    }
  }

  @Test
  void pairsAreCutAsByTheNewestVersion() throws Exception {
    ObjectNode json = bert();
    for (JsonNode row : JSON.readTree(SharedData.require(VERSIONS).toFile())) {
      Tokenizer tokenizer = spec(json).tokenizer(row.get("max_length").intValue());
      JsonNode pair = row.get("pair");
      int[] ids = tokenizer.encode(pair.get(0).textValue(), pair.get(1).textValue()).inputIds();
      int first = 1;
      while (ids[first] != SEPARATE) {
        first++;
      }
      assertThat(List.of(first - 1, ids.length - first - 2))
          .as("%s", row)
          .isEqualTo(
              List.of(
                  row.get("kept_0_23").get(0).intValue(), row.get("kept_0_23").get(1).intValue()));
    }
  }

  /** The tokenizer of a small BERT with the whole vocabulary. */
  private static ObjectNode bert() throws Exception {
    Path folder = SharedData.require("huggingface").resolve("bert-pair-2-labels");
    ObjectNode json = (ObjectNode) JSON.readTree(folder.resolve("tokenizer.json").toFile());
    List<String> pieces = Files.readAllLines(SharedData.require("bert_uncased_vocab.txt"));
    ObjectNode vocabulary = ((ObjectNode) json.get("model")).putObject("vocab");
    for (int id = 0; id < pieces.size(); id++) {
      vocabulary.put(pieces.get(id), id);
    }
    for (JsonNode token : json.get("added_tokens")) {
      ((ObjectNode) token).put("id", pieces.indexOf(token.get("content").textValue()));
    }
    for (JsonNode token : json.at("/post_processor/special_tokens")) {
      ((ObjectNode) token).putArray("ids").add(pieces.indexOf(token.get("id").textValue()));
    }
    return json;
  }

  private static TokenizerSpec spec(ObjectNode json) throws Exception {
    return TokenizerSpec.parse(JSON.writeValueAsBytes(json), "tokenizer.json");
  }

  /** Built once for each setting. */
  private TokenizerSpec built(ObjectNode json) throws Exception {
    String setting = json.get("normalizer") + " " + json.get("truncation");
    TokenizerSpec known = specs.get(setting);
    if (known == null) {
      known = spec(json);
      specs.put(setting, known);
    }
    return known;
  }

  private void equalsTheVector(ObjectNode json, JsonNode row) throws Exception {
    json.remove("truncation");
    if (row.has("truncation")) {
      List<String> words = new ArrayList<>();
      for (String word : row.get("truncation").textValue().split("_", -1)) {
        words.add(word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
      }
      json.putObject("truncation").put("strategy", String.join("", words));
    }
    Tokenizer tokenizer = built(json).tokenizer(row.path("max_length").asInt(NO_LIMIT));
    JsonNode pair = row.get("pair");
    TokenSequence found =
        pair == null
            ? tokenizer.encode(text(row, "text"), null)
            : tokenizer.encode(pair.get(0).textValue(), pair.get(1).textValue());
    assertThat(found.inputIds()).as("%s", row).isEqualTo(ints(row, "ids"));
    if (row.has("types")) {
      assertThat(found.segmentIds()).as("%s", row).isEqualTo(ints(row, "types"));
    }
  }

  private static String text(JsonNode row, String field) {
    return row.get(field).textValue();
  }

  private static @Nullable String textOrNull(JsonNode row, String field) {
    return row.has(field) ? row.get(field).textValue() : null;
  }

  private static int[] ints(JsonNode row, String field) {
    return StreamSupport.stream(row.get(field).spliterator(), false)
        .mapToInt(JsonNode::intValue)
        .toArray();
  }
}
