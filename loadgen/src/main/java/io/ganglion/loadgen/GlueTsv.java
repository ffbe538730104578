package io.ganglion.loadgen;

import io.ganglion.client.TextPair;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads GLUE's tab-separated pairs: UTF-8 with or without a byte-order mark, a header that names
 * the columns ({@code #1 String}, {@code #2 String} and, where labels exist, {@code Quality}), LF
 * or CRLF. Quotes are plain characters. A bad row is reported and left out.
 */
final class GlueTsv {
  private static final String LABEL = "Quality";
  private static final String TEXT_A = "#1 String";
  private static final String TEXT_B = "#2 String";

  private final String name;
  private final List<LabelledPair> pairs = new ArrayList<>();
  private final List<String> badRows = new ArrayList<>();
  private int columns;
  private int labelColumn;
  private int textAColumn;
  private int textBColumn;

  private GlueTsv(String name) {
    this.name = name;
  }

  static PairSet parse(String name, byte[] bytes) {
    GlueTsv reader = new GlueTsv(name);
    reader.read(bytes);
    return new PairSet(name, reader.pairs, reader.badRows);
  }

  private void read(byte[] bytes) {
    int start = startsWithMark(bytes) ? 3 : 0;
    int lineNumber = 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      lineNumber++;
      int length = end > start && bytes[end - 1] == '\r' ? end - 1 - start : end - start;
      line(lineNumber, decode(bytes, start, length));
      start = end + 1;
    }
    if (lineNumber == 0) {
      throw new UserError(name + " is empty; a GLUE-style TSV starts with a header row");
    }
  }

  private static boolean startsWithMark(byte[] b) {
    return b.length >= 3 && b[0] == (byte) 0xEF && b[1] == (byte) 0xBB && b[2] == (byte) 0xBF;
  }

  private static @Nullable String decode(byte[] bytes, int start, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, start, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private void line(int number, @Nullable String line) {
    if (number == 1) {
      header(line == null ? "" : line);
    } else if (line == null) {
      bad(number, "it is not UTF-8");
    } else if (!line.isEmpty()) {
      row(number, line.split("\t", -1));
    }
  }

  private void header(String line) {
    List<String> names = Arrays.asList(line.split("\t", -1));
    columns = names.size();
    labelColumn = names.indexOf(LABEL);
    textAColumn = names.indexOf(TEXT_A);
    textBColumn = names.indexOf(TEXT_B);
    if (textAColumn < 0 || textBColumn < 0) {
      throw new UserError(
          "%s, line 1: the header must name the columns \"%s\" and \"%s\", separated by tabs"
              .formatted(name, TEXT_A, TEXT_B));
    }
  }

  private void row(int number, String[] cells) {
    if (cells.length != columns) {
      bad(number, cells.length + " columns instead of " + columns);
      return;
    }
    if (cells[textAColumn].isBlank() || cells[textBColumn].isBlank()) {
      bad(number, "a text is empty");
      return;
    }
    int label = LabelledPair.UNLABELLED;
    if (labelColumn >= 0) {
      String cell = cells[labelColumn].strip();
      if (!cell.matches("[0-9]{1,4}")) {
        bad(number, "\"" + cell + "\" is no label index");
        return;
      }
      label = Integer.parseInt(cell);
    }
    pairs.add(new LabelledPair(new TextPair(cells[textAColumn], cells[textBColumn]), label));
  }

  private void bad(int number, String why) {
    badRows.add("line " + number + ": " + why);
  }
}
