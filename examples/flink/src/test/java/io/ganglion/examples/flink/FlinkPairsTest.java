package io.ganglion.examples.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.TestArtifacts;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FlinkPairsTest {
  @TempDir private Path folder;

  @Test
  void itAnswersEachRowOfTheFile() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    StringBuilder rows = new StringBuilder("Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n");
    for (int i = 0; i < 100; i++) {
      rows.append("%d\t1\t2\tthe \"cat\" %s\ta dog\n".formatted(i % 2, "ran ".repeat(i % 9)));
    }
    Path pairs = Files.writeString(folder.resolve("pairs.tsv"), rows);
    String printed = printed(model.toString(), pairs.toString());
    assertThat(printed).contains("the \"cat\"");
    Matcher counts = Pattern.compile("\\|\\s+\\d+ \\|\\s+\\w+ \\|\\s+(\\d+) \\|").matcher(printed);
    assertThat(counts.results().mapToInt(found -> Integer.parseInt(found.group(1))).sum())
        .isEqualTo(100);
  }

  private static String printed(String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      FlinkPairs.main(args);
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
