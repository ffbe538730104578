package io.ganglion.compiler.tune;

import com.google.common.base.Splitter;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.tune.pairs.TextPair;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A labelled file of GLUE's MRPC: tab-separated, a header line with the columns {@code Quality},
 * {@code #1 String} and {@code #2 String} among others, quotes being plain characters.
 */
final class PairTable {
  static final String HEADER = "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String";

  private static final Splitter TABS = Splitter.on('\t');

  private final Path file;
  private final int label;
  private final int textA;
  private final int textB;

  private PairTable(Path file, List<String> header) throws CompileException {
    this.file = file;
    this.label = column(header, "quality");
    this.textA = column(header, "#1 string");
    this.textB = column(header, "#2 string");
  }

  /** Reads all rows; labels are 0 or 1. */
  static List<TextPair> read(Path file) throws CompileException {
    List<String> lines = lines(file);
    if (lines.isEmpty()) {
      throw new CompileException(file + " is empty: it needs the header line of GLUE's MRPC.");
    }
    PairTable table = new PairTable(file, TABS.splitToList(lines.get(0)));
    List<TextPair> pairs = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        pairs.add(table.row(lines.get(i), i + 1));
      }
    }
    if (pairs.isEmpty()) {
      throw new CompileException(file + " has a header line and no row after it.");
    }
    return pairs;
  }

  /** All lines of a text file, without a byte order mark. */
  static List<String> lines(Path file) throws CompileException {
    try {
      String text = Files.readString(file);
      return text.substring(text.startsWith("\ufeff") ? 1 : 0).lines().toList();
    } catch (NoSuchFileException e) {
      throw new CompileException(file + " does not exist.", e);
    } catch (MalformedInputException e) {
      throw new CompileException(file + " is not UTF-8: save it as UTF-8.", e);
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private TextPair row(String line, int number) throws CompileException {
    List<String> cells = TABS.splitToList(line);
    int needed = Math.max(label, Math.max(textA, textB)) + 1;
    if (cells.size() < needed) {
      throw new CompileException(
          "%s has %d columns in line %d and needs %d."
              .formatted(file, cells.size(), number, needed));
    }
    return switch (cells.get(label).strip()) {
      case "0" -> new TextPair(cells.get(textA), cells.get(textB), 0);
      case "1" -> new TextPair(cells.get(textA), cells.get(textB), 1);
      default ->
          throw new CompileException(
              "%s has the label \"%s\" in line %d: labels are 0 and 1."
                  .formatted(file, cells.get(label), number));
    };
  }

  private int column(List<String> header, String name) throws CompileException {
    for (int i = 0; i < header.size(); i++) {
      if (header.get(i).strip().toLowerCase(Locale.ROOT).equals(name)) {
        return i;
      }
    }
    throw new CompileException(
        "%s lacks the column \"%s\": its header line has %s, and MRPC's is \"%s\"."
            .formatted(file, name, header, HEADER));
  }
}
