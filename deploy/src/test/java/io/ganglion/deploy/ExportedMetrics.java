package io.ganglion.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics of the page for operators, which a test of the server holds to the code. */
final class ExportedMetrics {
  private static final Path PAGE = Path.of("..", "docs", "operations.md");
  private static final Pattern ROW = Pattern.compile("\\| `([a-z_]+)` \\| .* \\|");

  /** Of a histogram. */
  private static final List<String> SERIES = List.of("_bucket", "_sum", "_count");

  /** Of Prometheus' own library, as far as the dashboard asks for them. */
  private static final String MEMORY = "process_resident_memory_bytes";

  private ExportedMetrics() {}

  /** Names of series. */
  static Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>(Set.of(MEMORY));
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        names.add(row.group(1));
        SERIES.forEach(series -> names.add(row.group(1) + series));
      }
    }
    return names;
  }
}
