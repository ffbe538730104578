package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.tune.pairs.TextPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairTableTest {
  @TempDir private Path directory;

  @Test
  void quotesArePlainAndAByteOrderMarkIsNoPartOfTheHeader() throws Exception {
    Path file =
        write("\ufeff" + PairTable.HEADER + "\n1\t7\t8\t\"A\" b .\tC's \"\n0\t1\t2\tx\ty\n");

    assertThat(PairTable.read(file))
        .containsExactly(new TextPair("\"A\" b .", "C's \"", 1), new TextPair("x", "y", 0));
  }

  @Test
  void columnsAreFoundByTheirNames() throws Exception {
    Path file = write("#2 String\tQuality\t#1 String\r\nb\t1\ta\r\n");

    assertThat(PairTable.read(file)).containsExactly(new TextPair("a", "b", 1));
  }

  @Test
  void aMissingColumnIsNamed() throws Exception {
    refuses(
        "Quality\t#1 ID\t#2 ID\t#1 String\n1\t1\t2\ta\n",
        "the header has no known columns of texts");
  }

  @Test
  void aShortRowIsNamedByItsLine() throws Exception {
    refuses(PairTable.HEADER + "\n1\t1\t2\ta\tb\n1\t1\t2\ta\n", "line 3: 4 columns instead of 5");
  }

  @Test
  void aWrongLabelIsNamedByItsLine() throws Exception {
    refuses(PairTable.HEADER + "\n2\t1\t2\ta\tb\n", "the label \"2\" in line 2");
  }

  @Test
  void aFileWithoutRowsIsRefused() throws Exception {
    refuses("", "is empty");
    refuses(PairTable.HEADER + "\n", "no row after it");
  }

  @Test
  void aFileThatIsNotUtf8IsRefused() throws Exception {
    Path file = directory.resolve("latin.tsv");
    Files.write(file, "Quality\u00e9".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> PairTable.read(file)).hasMessageContaining("not UTF-8");
    assertThatThrownBy(() -> PairTable.read(directory.resolve("none.tsv")))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("There is no file");
  }

  private void refuses(String text, String message) throws IOException {
    Path file = write(text);
    assertThatThrownBy(() -> PairTable.read(file))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file.toString());
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("pairs.tsv"), text);
  }
}
