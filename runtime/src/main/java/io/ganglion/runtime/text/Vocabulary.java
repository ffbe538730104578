package io.ganglion.runtime.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** WordPieces by id. Immutable, thread-safe. */
public final class Vocabulary {
  static final String UNKNOWN = "[UNK]";
  static final String CLASSIFY = "[CLS]";
  static final String SEPARATE = "[SEP]";

  /** Bounds memory; the largest vocabularies in use have 5 MB. */
  private static final long MAX_BYTES = 64 << 20;

  private final List<String> pieces;
  private final Map<String, Integer> ids = new HashMap<>();

  private Vocabulary(List<String> pieces, String where) throws TokenizerException {
    this.pieces = List.copyOf(pieces);
    for (int id = 0; id < pieces.size(); id++) {
      ids.put(pieces.get(id), id);
    }
    for (String special : List.of(UNKNOWN, CLASSIFY, SEPARATE)) {
      if (!ids.containsKey(special)) {
        throw new TokenizerException(
            where + " has no " + special + ": a BERT vocabulary has one piece a line.");
      }
    }
  }

  /**
   * Reads one piece a line; the line number, from 0, is the id. UTF-8, with or without a byte order
   * mark and carriage returns; white space around a piece is not part of it. If two pieces are
   * equal, the later one counts, and the other line stays unused. Empty lines at the end are
   * ignored. The file must hold [UNK], [CLS] and [SEP].
   */
  public static Vocabulary read(Path file) throws TokenizerException {
    return new Vocabulary(lines(file), file.toString());
  }

  /** A vocabulary of these pieces. A piece's index is its id. */
  public static Vocabulary of(List<String> pieces) throws TokenizerException {
    return new Vocabulary(pieces, "The vocabulary");
  }

  private static List<String> lines(Path file) throws TokenizerException {
    String text = Utf8.decode(bytes(file));
    if (text == null) {
      throw new TokenizerException(file + " is not UTF-8: save the vocabulary as UTF-8.");
    }
    List<String> lines = new ArrayList<>();
    int start = text.startsWith("\ufeff") ? 1 : 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      if (end < 0) {
        end = text.length();
      }
      lines.add(strip(text, start, end));
      start = end + 1;
    }
    int size = lines.size();
    while (size > 0 && lines.get(size - 1).isEmpty()) {
      size--;
    }
    return lines.subList(0, size);
  }

  private static byte[] bytes(Path file) throws TokenizerException {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new TokenizerException(
            "%s has %d bytes; a vocabulary has at most %d: name another file."
                .formatted(file, size, MAX_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new TokenizerException("There is no vocabulary " + file + ".", e);
    } catch (IOException e) {
      throw new TokenizerException("Cannot read the vocabulary " + file + ": " + e.getMessage(), e);
    }
  }

  private static String strip(String text, int start, int end) {
    int from = start;
    int to = end;
    while (from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  /** Number of ids, including unused lines. */
  public int size() {
    return pieces.size();
  }

  /** The pieces; a piece's index is its id. */
  public List<String> pieces() {
    return pieces;
  }

  /** The id of a piece. A piece that begins with "##" continues a word. */
  public OptionalInt id(String piece) {
    Integer id = piece.isEmpty() ? null : ids.get(piece);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }
}
