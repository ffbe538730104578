package io.ganglion.bench.workload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads pairs of texts. */
public final class Pairs {
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final String GLUE_HEADER = "Quality";
  private static final int GLUE_COLUMNS = 5;

  private Pairs() {}

  /** Two texts. */
  public record Pair(String a, String b) {}

  /**
   * Reads a file of tab-separated pairs: two columns, or the five of GLUE's MRPC with its header.
   *
   * @throws IOException if it cannot be read or a line has other columns; the message says which
   */
  public static List<Pair> read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = i == 0 ? withoutMark(lines.get(i)) : lines.get(i);
      if (line.isBlank() || (i == 0 && line.startsWith(GLUE_HEADER))) {
        continue;
      }
      String[] columns = line.split("\t", -1);
      if (columns.length == 2) {
        pairs.add(new Pair(columns[0], columns[1]));
      } else if (columns.length == GLUE_COLUMNS) {
        pairs.add(new Pair(columns[3], columns[4]));
      } else {
        throw new IOException(
            "%s, line %d: %d columns; a line holds two texts, or the five columns of MRPC."
                .formatted(file, i + 1, columns.length));
      }
    }
    if (pairs.isEmpty()) {
      throw new IOException(file + " holds no pair of texts.");
    }
    return pairs;
  }

  private static String withoutMark(String line) {
    return line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
  }
}
