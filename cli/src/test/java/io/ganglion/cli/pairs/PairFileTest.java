package io.ganglion.cli.pairs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairFileTest {
  private static final String MRPC = "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n";

  @TempDir private Path folder;

  private static PairFile read(byte[] bytes) throws PairFileException {
    return PairFile.read("test.tsv", new ByteArrayInputStream(bytes));
  }

  private static PairFile read(String text) throws PairFileException {
    return read(text.getBytes(UTF_8));
  }

  private static PairRow only(PairFile file) {
    assertThat(file.notes()).isEmpty();
    assertThat(file.rows()).hasSize(1);
    return file.rows().get(0);
  }

  /** Columns: header, row, and the label, first and second text read from it; "-" for none. */
  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of("MRPC", MRPC, "1\t7\t8\tA a.\tB b.", "1", "A a.", "B b."),
        Arguments.of(
            "MRPC test",
            "index\t#1 ID\t#2 ID\t#1 String\t#2 String\n",
            "1\t7\t8\tA a.\tB b.",
            "-",
            "A a.",
            "B b."),
        Arguments.of(
            "RTE",
            "index\tsentence1\tsentence2\tlabel\n",
            "0\tA a.\tB b.\tnot_entailment",
            "not_entailment",
            "A a.",
            "B b."),
        Arguments.of(
            "RTE test", "index\tsentence1\tsentence2\n", "1\tA a.\tB b.", "-", "A a.", "B b."),
        Arguments.of(
            "QNLI",
            "index\tquestion\tsentence\tlabel\n",
            "0\tWhy?\tB b.\tentailment",
            "entailment",
            "Why?",
            "B b."),
        Arguments.of("SST-2", "sentence\tlabel\n", "it 's good \t1", "1", "it 's good ", "-"),
        Arguments.of("SST-2 test", "index\tsentence\n", "1\tit 's good", "-", "it 's good", "-"),
        Arguments.of(
            "STS-B",
            "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\tscore\n",
            "0\tnews\tf\t2012\t1\tnone\tnone\tA a.\tB b.\t4.750",
            "4.750",
            "A a.",
            "B b."),
        Arguments.of(
            "QQP",
            "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n",
            "3\t4\t5\tA?\tB?\t0",
            "0",
            "A?",
            "B?"),
        Arguments.of(
            "MNLI",
            "index\tsentence1\tsentence2\tlabel1\tgold_label\n",
            "0\tA a.\tB b.\tneutral\tentailment",
            "entailment",
            "A a.",
            "B b."),
        Arguments.of("two columns", "sentence1\tsentence2\n", "A a.\tB b.", "-", "A a.", "B b."),
        Arguments.of("own names", "text_a\ttext_b\tlabel\n", "A\tB\t1", "1", "A", "B"),
        Arguments.of("any order and case", "LABEL\tText_B\ttext_a\n", "1\tB\tA", "1", "A", "B"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void columnsAreFoundByTheHeadersNames(
      String form, String header, String row, String label, String textA, String textB)
      throws PairFileException {
    for (String end : List.of("", "\n", "\r\n", "\n\n \n")) {
      PairFile file = read(header + row + end);
      PairRow read = only(file);
      assertThat(read.textA()).as(form).isEqualTo(textA);
      assertThat(read.textB()).isEqualTo(textB.equals("-") ? null : textB);
      assertThat(read.label()).isEqualTo(label.equals("-") ? null : new Label(label));
      assertThat(file.labelled()).isEqualTo(!label.equals("-"));
      assertThat(read.line()).isEqualTo(2);
    }
  }

  @Test
  void quotesArePlainCharacters() throws PairFileException {
    PairRow row = only(read(MRPC + "1\t1\t2\t\" He said\tno \"\" end\\t\n"));
    assertThat(row.textA()).isEqualTo("\" He said");
    assertThat(row.textB()).isEqualTo("no \"\" end\\t");
  }

  @Test
  void aMarkAndTheEndsOfLinesAreNoPartOfATextOrName() throws PairFileException {
    for (String end : List.of("\n", "\r\n", "\r", "\r\r\n")) {
      PairFile file =
          read(("\uFEFF" + MRPC + "1\t1\t2\ta b\tc\n0\t3\t4\td\te\n").replace("\n", end));
      assertThat(file.notes()).as("%s", end.chars().boxed().toList()).isEmpty();
      assertThat(file.rows()).extracting(PairRow::textB).containsExactly("c", "e");
      assertThat(file.labelled()).isTrue();
    }
  }

  @Test
  void aCarriageReturnWithinARowIsACharacterOfItsText() throws PairFileException {
    PairFile file = read(MRPC + "1\t1\t2\ta\rb\tc\n0\t3\t4\td\te\n");
    assertThat(file.notes()).isEmpty();
    assertThat(file.rows()).extracting(PairRow::textA).containsExactly("a\rb", "d");
  }

  @Test
  void blankLinesAreNoRowsAndStillCountAsLines() throws PairFileException {
    PairFile file = read("\n" + MRPC + "\n\n1\t1\t2\ta\tb\n \t \n1\t1\t2\tc\td\n\n");
    assertThat(file.notes()).isEmpty();
    assertThat(file.rows()).extracting(PairRow::line).containsExactly(5L, 7L);
  }

  @Test
  void rowsThatCannotBeUsedAreLeftOutAndNamed() throws PairFileException {
    PairFile file =
        read(
            MRPC
                + "1\t1\t2\ta\tb\n"
                + "1\t1\t2\ta\n"
                + "1\t1\t2\ta\tb\tc\n"
                + "1\t1\t2\t \tb\n"
                + "1\t1\t2\ta\t\u200B\uFEFF\u2060\u00AD\n"
                + " \t1\t2\ta\tb\n");
    assertThat(file.rows()).hasSize(1);
    assertThat(file.notes())
        .containsExactly(
            "test.tsv, line 3: 4 columns instead of 5; left out.",
            "test.tsv, line 4: 6 columns instead of 5; left out.",
            "test.tsv, line 5: a text is empty; left out.",
            "test.tsv, line 6: a text is empty; left out.",
            "test.tsv, line 7: the label is empty; left out.");
  }

  @Test
  void aFileThatMustBeWholeIsRefusedAtItsFirstBadRow() throws IOException {
    Path file = Files.writeString(folder.resolve("a.tsv"), MRPC + "1\t1\t2\ta\tb\n\nshort\n");
    assertThatThrownBy(() -> PairFile.readWhole(file, 10))
        .isInstanceOf(PairFileException.class)
        .hasMessage(file + ", line 4: 1 columns instead of 5.");
    assertThat(PairFile.readWhole(file, 1).rows()).hasSize(1);
  }

  @Test
  void manyBadRowsAreCountedAndNotListed() throws PairFileException {
    PairFile file = read(MRPC + "1\t1\t2\ta\tb\n" + "short\n".repeat(1_234));
    assertThat(file.notes()).hasSize(11);
    assertThat(file.notes().get(10)).isEqualTo("test.tsv: 1,224 more bad rows left out.");
  }

  @Test
  void bytesThatAreNotUtf8SpoilTheirRowOnly() throws PairFileException {
    PairFile file = read((MRPC + "1\t1\t2\té\tb\n1\t1\t2\ta\tb\n").getBytes(ISO_8859_1));
    assertThat(file.rows()).hasSize(1);
    assertThat(file.notes()).containsExactly("test.tsv, line 2: it is not UTF-8; left out.");
  }

  @Test
  void zeroWidthCharactersWithinATextStay() throws PairFileException {
    assertThat(only(read(MRPC + "1\t1\t2\ta\u200Db\tc")).textA()).isEqualTo("a\u200Db");
  }

  @Test
  void aLineWithoutEndIsLeftOutAndNotHeld() throws PairFileException {
    byte[] header = (MRPC + "1\t1\t2\ta\tb\n").getBytes(UTF_8);
    byte[] tail = "\n1\t1\t2\tc\td\n".getBytes(UTF_8);
    InputStream endless = new Repeated('x', 200L << 20);
    InputStream all =
        new java.io.SequenceInputStream(
            new java.io.SequenceInputStream(new ByteArrayInputStream(header), endless),
            new ByteArrayInputStream(tail));
    PairFile file = PairFile.read("test.tsv", all);
    assertThat(file.rows()).hasSize(2);
    assertThat(file.notes())
        .containsExactly("test.tsv, line 3: it is longer than 1 MiB; left out.");
  }

  @Test
  void aFileIsReadNoFurtherThanAsked() throws IOException {
    Path file = Files.writeString(folder.resolve("a.tsv"), MRPC + "1\t1\t2\ta\tb\n".repeat(5));
    assertThat(PairFile.read(file, 5).notes()).isEmpty();
    PairFile part = PairFile.read(file, 3);
    assertThat(part.rows()).hasSize(3);
    assertThat(part.notes()).containsExactly(file + ": only its first 3 pairs are used.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "\uFEFF"})
  void anEmptyFileIsToldApart(String text) {
    assertThatThrownBy(() -> read(text)).hasMessageContaining("test.tsv is empty");
  }

  @Test
  void aFileWithoutPairsIsAnErrorThatSaysWhy() {
    assertThatThrownBy(() -> read("a\tb\nc\td\n"))
        .hasMessageContaining("test.tsv, line 1: the header has no known columns")
        .hasMessageContaining("\"a, b\"")
        .hasMessageContaining("\"#1 String\"");
    assertThatThrownBy(() -> read("#1 String\tother\n")).hasMessageContaining("no known columns");
    assertThatThrownBy(() -> read(MRPC)).hasMessageContaining("has a header and no row after it");
    assertThatThrownBy(() -> read(MRPC + "1\t2\n"))
        .hasMessageContaining("no row that can be used: line 2: 2 columns instead of 5");
    assertThatThrownBy(() -> read("text_a\ttext_a\ttext_b\n"))
        .hasMessageContaining("has the column \"text_a\" twice");
    assertThatThrownBy(() -> read(MRPC.getBytes(UTF_16)))
        .hasMessageContaining("UTF-16; save it as UTF-8");
  }

  @Test
  void aFileThatIsNotThereOrNoFileIsNamed() {
    Path none = folder.resolve("none.tsv");
    assertThatThrownBy(() -> PairFile.read(none, 1))
        .isInstanceOf(PairFileException.class)
        .hasMessage("There is no file " + none + ".");
    assertThatThrownBy(() -> PairFile.read(folder, 1))
        .isInstanceOf(PairFileException.class)
        .hasMessageContaining(folder + " cannot be read");
  }

  @Test
  void aRowNumberIsNoLabel() throws PairFileException {
    PairFile test = read("index\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\t1\t2\ta\tb\n");
    assertThat(test.labelled()).isFalse();
    assertThat(test.truth(List.of("no", "yes")).indices()).containsExactly(OptionalInt.empty());
    assertThat(test.truth(List.of("no", "yes")).notes()).isEmpty();
  }

  @Test
  void labelsAreFoundByNameOrNumberInTheModels() throws PairFileException {
    List<String> names = List.of("entailment", "not_entailment");
    PairFile file =
        read("sentence1\tsentence2\tlabel\na\tb\tnot_entailment\na\tb\t0\na\tb\t-\na\tb\t2\n");
    assertThat(file.truth(names).indices())
        .containsExactly(
            OptionalInt.of(1), OptionalInt.of(0), OptionalInt.empty(), OptionalInt.empty());
    assertThat(file.truth(names).notes())
        .containsExactly(
            "test.tsv, line 4: the label \"-\" is none of the model's (entailment,"
                + " not_entailment); 2 such pairs are not judged.");
  }

  /** The same byte repeated. */
  private static final class Repeated extends InputStream {
    private final int value;
    private long left;

    Repeated(int value, long count) {
      this.value = value;
      this.left = count;
    }

    @Override
    public int read() {
      return left-- > 0 ? value : -1;
    }

    @Override
    public int read(byte[] to, int from, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(left, length);
      java.util.Arrays.fill(to, from, from + count, (byte) value);
      left -= count;
      return count;
    }
  }
}
