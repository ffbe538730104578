package io.ganglion.compiler.source.huggingface;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.runtime.text.TokenSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folders that the libraries themselves saved, with what an independent program says of them.
 */
public final class SharedFolders {
  /**
   * One row of golden values.
   *
   * @param a the text, or the query
   * @param b the other text, or the document; null for single texts
   * @param ids what the tokenizer gives
   * @param logits what the head gives, rows of tokens one after the other; null if not known
   * @param answer a score or an embedding; null if not known
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  public record Row(
      String a,
      @Nullable String b,
      TokenSequence ids,
      float @Nullable [] logits,
      float @Nullable [] answer) {}

  private SharedFolders() {}

  /** All folders; where there are none, the test is not run. */
  public static Stream<Path> all() throws IOException {
    Path data = Path.of(System.getProperty("ganglion.shared.data", "."), "huggingface");
    assumeTrue(Files.isDirectory(data), "no shared data here: " + data);
    try (Stream<Path> folders = Files.list(data)) {
      return folders.filter(Files::isDirectory).sorted().toList().stream();
    }
  }

  /** The golden rows of a folder. */
  public static List<Row> rows(Path folder) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    List<Row> rows = new ArrayList<>();
    for (JsonNode row : golden.get("rows")) {
      boolean rerank = golden.has("query");
      String a = rerank ? golden.get("query").textValue() : row.get("text_a").textValue();
      String b = rerank ? row.get("document").textValue() : row.path("text_b").textValue();
      rows.add(
          new Row(
              a,
              b,
              ids(row, rerank),
              values(row.path("logits")),
              values(row.has("score") ? row.get("score") : row.path("embedding"))));
    }
    return rows;
  }

  /** The ids; where segments are not given, they are those of BERT. */
  private static TokenSequence ids(JsonNode row, boolean pair) {
    int[] ids = ints(row.get("input_ids"));
    if (row.has("token_type_ids")) {
      return new TokenSequence(ids, ints(row.get("token_type_ids")));
    }
    int[] segments = new int[ids.length];
    int separator = ids[ids.length - 1];
    int segment = 0;
    for (int i = 0; i < ids.length; i++) {
      segments[i] = segment;
      segment = pair && ids[i] == separator ? 1 : segment;
    }
    return new TokenSequence(ids, segments);
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }

  private static float @Nullable [] values(JsonNode node) {
    if (node.isMissingNode()) {
      return null;
    }
    List<Float> flat = new ArrayList<>();
    flatten(node, flat);
    float[] values = new float[flat.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = flat.get(i);
    }
    return values;
  }

  private static void flatten(JsonNode node, List<Float> into) {
    if (node.isArray()) {
      node.forEach(element -> flatten(element, into));
    } else {
      into.add(node.floatValue());
    }
  }
}
