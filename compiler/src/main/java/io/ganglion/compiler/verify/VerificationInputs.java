package io.ganglion.compiler.verify;

import com.google.common.base.Splitter;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.sample.BuiltInPairs;
import io.ganglion.compiler.sample.BuiltInPairs.Pair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pairs on which a compiled model is compared with its source. */
final class VerificationInputs {
  private static final int BUILT_IN = 64;
  private static final int MOST = 1024;

  private VerificationInputs() {}

  /**
   * The built-in pairs, or those of a GLUE-style file: columns "#1 String" and "#2 String", else
   * "sentence1" and "sentence2", else the last two; quotes are plain characters.
   */
  static List<Pair> of(@Nullable Path file) throws CompileException {
    if (file == null) {
      return BuiltInPairs.of(BUILT_IN);
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CompileException("The pairs " + file + " cannot be read: " + e, e);
    }
    if (lines.isEmpty()) {
      throw new CompileException("The file " + file + " holds no pairs.");
    }
    List<String> header = columns(lines.get(0).replace("\uFEFF", ""));
    int first = column(header, "#1 String", "sentence1", header.size() - 2);
    int second = column(header, "#2 String", "sentence2", header.size() - 1);
    List<Pair> pairs = new ArrayList<>();
    for (String line : lines.subList(1, Math.min(lines.size(), MOST + 1))) {
      List<String> cells = columns(line);
      if (first >= 0 && cells.size() > Math.max(first, second)) {
        pairs.add(new Pair(cells.get(first), cells.get(second)));
      }
    }
    if (pairs.isEmpty()) {
      throw new CompileException(
          "The file "
              + file
              + " holds no pairs; it should have a header line and two columns"
              + " of sentences, separated by tabs.");
    }
    return pairs;
  }

  private static List<String> columns(String line) {
    return Splitter.on('\t').splitToList(line);
  }

  private static int column(List<String> header, String name, String other, int otherwise) {
    int at = header.indexOf(name);
    int alternative = at < 0 ? header.indexOf(other) : at;
    return alternative < 0 ? otherwise : alternative;
  }
}
