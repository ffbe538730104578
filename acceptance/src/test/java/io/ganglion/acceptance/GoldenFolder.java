package io.ganglion.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.api.TextPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder with what an independent program says of its model.
 *
 * @param path the folder
 * @param query that of all rows; null if each row has its own texts
 * @param rows golden rows
 * @param ranking the rows by falling score, if there is a query
 */
record GoldenFolder(Path path, @Nullable String query, List<Row> rows, List<Integer> ranking) {
  /**
   * A golden row.
   *
   * @param pair the texts
   * @param values what the head gives: rows of tokens one after the other, a score, or a vector
   * @param tokens number of tokens
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Row(TextPair pair, float[] values, int tokens) {}

  /** All folders; where there are none, the test is not run. */
  static Stream<GoldenFolder> all() throws IOException {
    Path data = Path.of(System.getProperty("ganglion.shared.data", "absent"), "huggingface");
    assumeTrue(Files.isDirectory(data), "not run: there is no " + data);
    List<GoldenFolder> all = new ArrayList<>();
    try (Stream<Path> folders = Files.list(data)) {
      for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
        all.add(read(folder));
      }
    }
    return all.stream();
  }

  private static GoldenFolder read(Path folder) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    String query = golden.path("query").textValue();
    List<Row> rows = new ArrayList<>();
    for (JsonNode row : golden.get("rows")) {
      TextPair pair =
          query == null
              ? new TextPair(row.get("text_a").textValue(), row.path("text_b").textValue())
              : new TextPair(query, row.get("document").textValue());
      JsonNode values =
          row.has("logits") ? row.get("logits") : row.path(query == null ? "embedding" : "score");
      rows.add(new Row(pair, flat(values), row.get("input_ids").size()));
    }
    List<Integer> ranking = new ArrayList<>();
    golden.path("ranking").forEach(document -> ranking.add(document.get("index").intValue()));
    return new GoldenFolder(folder, query, rows, ranking);
  }

  private static float[] flat(JsonNode node) {
    List<Float> values = new ArrayList<>();
    flatten(node, values);
    float[] flat = new float[values.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = values.get(i);
    }
    return flat;
  }

  private static void flatten(JsonNode node, List<Float> into) {
    if (node.isArray()) {
      node.forEach(element -> flatten(element, into));
    } else {
      into.add(node.floatValue());
    }
  }

  @Override
  public String toString() {
    return String.valueOf(path.getFileName());
  }
}
