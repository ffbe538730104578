package io.ganglion.cli.pairs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a pair file holds, it is read or refused in a sentence. */
class PairFileFuzzTest {
  static Stream<byte[]> files() {
    return Stream.of(
            "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t1\t2\tIt rained.\tRain fell.\n",
            "\ufeffindex\tsentence1\tsentence2\tlabel\r\n0\ta\tb\tentailment\r\n\r\n1\tc\td\tx\r\n",
            "sentence\tlabel\rgood\t1\rbad\t0\r",
            "index\tgenre\tsentence1\tsentence2\tscore\n0\tm\tA plane.\tAn air plane.\t5.0\n",
            "one text\tanother\nand\t\u200b\n")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("files")
  @FuzzTest(maxDuration = "10m")
  void itIsReadOrRefused(byte[] bytes) {
    try {
      PairFile file = PairFile.read("fuzzed", new ByteArrayInputStream(bytes));
      if (file.rows().isEmpty()) {
        throw new AssertionError("a file without a row is to be refused");
      }
      if (file.truth(List.of("not_entailment", "entailment")).indices().size()
          != file.rows().size()) {
        throw new AssertionError("a row without a truth");
      }
    } catch (PairFileException e) {
      if (String.valueOf(e.getMessage()).isBlank()) {
        throw new AssertionError("refused without a reason", e);
      }
    }
  }
}
