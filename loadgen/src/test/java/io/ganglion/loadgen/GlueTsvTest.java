package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GlueTsvTest {
  private static final String HEADER = "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String";

  private static PairSet parse(String text) {
    return GlueTsv.parse("test.tsv", text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void quotesArePlainCharacters() {
    PairSet set = parse(HEADER + "\n1\t1\t2\t\" He said\tno \"\" end\n");
    assertThat(set.pairs()).hasSize(1);
    assertThat(set.pairs().get(0).pair().textA()).isEqualTo("\" He said");
    assertThat(set.pairs().get(0).pair().textB()).isEqualTo("no \"\" end");
    assertThat(set.pairs().get(0).label()).isEqualTo(1);
  }

  @Test
  void aByteOrderMarkAndCrlfAreNoPartOfTheText() {
    PairSet set = parse("\uFEFF" + HEADER + "\r\n0\t1\t2\ta b\tc\r\n");
    assertThat(set.pairs().get(0).label()).isZero();
    assertThat(set.pairs().get(0).pair().textB()).isEqualTo("c");
  }

  @Test
  void columnsAreFoundByName() {
    PairSet set = parse("#2 String\tindex\t#1 String\nb\t7\ta\n");
    assertThat(set.pairs().get(0).pair().textA()).isEqualTo("a");
    assertThat(set.pairs().get(0).labelled()).isFalse();
    assertThat(set.labelled()).isFalse();
  }

  @Test
  void badRowsAreReportedWithTheirLineNumber() {
    String rows = "\n1\t1\t2\ta\tb\n1\t1\t2\ta\nx\t1\t2\ta\tb\n1\t1\t2\t \tb\n";
    assertThat(parse(HEADER + rows).badRows())
        .containsExactly(
            "line 3: 4 columns instead of 5",
            "line 4: \"x\" is no label index",
            "line 5: a text is empty");
  }

  @Test
  void bytesThatAreNotUtf8SpoilTheirRowOnly() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write((HEADER + "\n1\t1\t2\ta\tb\n1\t1\t2\t").getBytes(StandardCharsets.UTF_8));
    bytes.write(new byte[] {(byte) 0xC3, '\t', 'b', '\n'});
    PairSet set = GlueTsv.parse("test.tsv", bytes.toByteArray());
    assertThat(set.pairs()).hasSize(1);
    assertThat(set.badRows()).containsExactly("line 3: it is not UTF-8");
  }

  @Test
  void aFileWithoutPairsIsAnErrorThatSaysWhy() {
    assertThatThrownBy(() -> parse("")).hasMessageContaining("is empty");
    assertThatThrownBy(() -> parse("a\tb\n")).hasMessageContaining("#1 String");
    assertThatThrownBy(() -> parse(HEADER + "\n1\t2\n")).hasMessageContaining("line 2");
    assertThatThrownBy(() -> PairSet.read(Path.of("no", "such.tsv")))
        .hasMessageContaining("there is no file");
  }

  @Test
  void theBundledPairsAreLabelledAndVaried() {
    PairSet bundled = PairSet.bundled();
    assertThat(bundled.badRows()).isEmpty();
    assertThat(bundled.pairs()).hasSizeGreaterThan(200).doesNotHaveDuplicates();
    assertThat(bundled.pairs().stream().filter(pair -> pair.label() == 1).count())
        .isEqualTo(bundled.pairs().size() / 2);
    assertThat(bundled.pairs().stream().mapToInt(LabelledPair::words).max().orElse(0))
        .isGreaterThan(40);
  }

  @Test
  void mrpcIsReadWhole() {
    Path file = Path.of(System.getProperty("ganglion.shared.data", "."), "mrpc_dev_sample.tsv");
    assumeTrue(Files.exists(file), "no shared data here: " + file);
    PairSet set = PairSet.read(file);
    assertThat(set.badRows()).isEmpty();
    assertThat(set.pairs()).hasSizeGreaterThan(100);
    assertThat(set.pairs().get(0).pair().textB()).startsWith("\" The foodservice");
  }
}
