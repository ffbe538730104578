package io.ganglion.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.junit.jupiter.api.Test;

/** Holds the table of docs/flink.md to the code. */
class OptionsTableTest {
  private static final Path PAGE = Path.of("../docs/flink.md");

  @Test
  void theTableHasEachOptionWithItsDefaultAndWhatTheCodeSaysOfIt() throws Exception {
    List<String> expected = new ArrayList<>();
    expected.add(row(GanglionOptions.TASK));
    GanglionOptions.OPTIONAL.forEach(option -> expected.add(row(option)));
    List<String> found =
        Files.readAllLines(PAGE).stream()
            .dropWhile(line -> !line.startsWith("| Option |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList();
    assertThat(found).isEqualTo(expected);
  }

  private static String row(ConfigOption<?> option) {
    String text = new HtmlFormatter().format(option.description());
    return "| `%s` |%s| %s |".formatted(option.key(), usual(option.defaultValue()), text);
  }

  private static String usual(Object value) {
    if (value == null) {
      return " ";
    }
    if (value instanceof Duration time) {
      return " `" + time.toSeconds() + " s` ";
    }
    return " `" + value.toString().toLowerCase(Locale.ROOT) + "` ";
  }
}
