package io.ganglion.cli.pairs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PairFilePropertyTest {
  private static final String HEADER = "label\tsentence1\tsentence2";

  /** Any text that a row can hold: without tabs and line ends, and with a visible character. */
  @Provide
  Arbitrary<PairRow> pairs() {
    Arbitrary<String> text =
        Arbitraries.strings()
            .withCharRange(' ', '\uD7FF')
            .withChars("\"'\\,\u200B\u00A0\u3000")
            .ofMinLength(1)
            .ofMaxLength(30)
            .filter(t -> !Texts.isBlank(t));
    Arbitrary<String> label =
        Arbitraries.of("0", "1", "entailment", "not_entailment", "4.750", "-");
    return Combinators.combine(text, text, label)
        .as((a, b, l) -> new PairRow(0, a, b, new Label(l)));
  }

  @Property(tries = 300)
  void whatIsWrittenIsReadWhateverEndsTheLines(
      @ForAll @Size(min = 1, max = 20) List<@net.jqwik.api.From("pairs") PairRow> rows,
      @ForAll @IntRange(max = 2) int end,
      @ForAll boolean mark,
      @ForAll boolean blankLines,
      @ForAll boolean lastLineEnds,
      @ForAll @IntRange(min = 1, max = 9) int bytesAtOnce)
      throws PairFileException {
    String newLine = List.of("\n", "\r\n", "\r").get(end);
    List<String> lines = new ArrayList<>(List.of(HEADER));
    for (PairRow row : rows) {
      lines.add(row.label().text() + "\t" + row.textA() + "\t" + row.textB());
    }
    String text =
        (mark ? "\uFEFF" : "")
            + String.join(blankLines ? newLine + newLine : newLine, lines)
            + (lastLineEnds ? newLine : "");
    PairFile file = PairFile.read("test.tsv", new Drops(text.getBytes(UTF_8), bytesAtOnce));
    assertThat(file.notes()).isEmpty();
    assertThat(file.rows().stream().map(PairFilePropertyTest::withoutLine)).isEqualTo(rows);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(file.rows().get(i).line()).isEqualTo(blankLines ? 2L * i + 3 : i + 2L);
    }
  }

  private static PairRow withoutLine(PairRow row) {
    return new PairRow(0, row.textA(), row.textB(), row.label());
  }

  @Property(tries = 1000)
  void anyBytesAreReadOrRefusedInASentence(@ForAll long seed, @ForAll boolean header) {
    Random random = new Random(seed);
    byte[] alphabet = "\t\t\n\n\r\"ab 01\u00e9\u200B\u4e2d".getBytes(UTF_8);
    byte[] bytes = new byte[random.nextInt(400)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = alphabet[random.nextInt(alphabet.length)];
    }
    byte[] start = header ? (HEADER + "\n").getBytes(UTF_8) : new byte[0];
    byte[] all = java.util.Arrays.copyOf(start, start.length + bytes.length);
    System.arraycopy(bytes, 0, all, start.length, bytes.length);
    try {
      PairFile file = PairFile.read("test.tsv", new ByteArrayInputStream(all));
      assertThat(file.rows()).isNotEmpty().allMatch(row -> row.label() != null);
      assertThat(file.rows()).noneMatch(row -> Texts.isBlank(row.textA()));
      assertThat(file.notes()).hasSizeLessThanOrEqualTo(12);
    } catch (PairFileException e) {
      assertThat(e).hasMessageStartingWith("test.tsv").hasMessageEndingWith(".");
    }
  }

  /** Gives a few bytes at a time, as pipes do. */
  private static final class Drops extends InputStream {
    private final InputStream in;
    private final int most;

    Drops(byte[] bytes, int most) {
      this.in = new ByteArrayInputStream(bytes);
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      return in.read();
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      return in.read(to, from, Math.min(length, most));
    }
  }
}
