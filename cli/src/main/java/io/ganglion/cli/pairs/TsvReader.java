package io.ganglion.cli.pairs;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads tab-separated rows as in GLUE: quotes are plain characters, and nothing is escaped. Blank
 * lines are skipped. Holds one row at a time. For one thread.
 */
public final class TsvReader implements Closeable {
  private final String name;
  private final LineReader lines;

  private TsvReader(String name, InputStream in) {
    this.name = name;
    this.lines = new LineReader(in);
  }

  /**
   * Opens a file.
   *
   * @throws PairFileException if it cannot be read
   */
  public static TsvReader open(Path file) throws PairFileException {
    try {
      return new TsvReader(file.toString(), Files.newInputStream(file));
    } catch (NoSuchFileException e) {
      throw new PairFileException("There is no file " + file + ".", e);
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  /** Reads a stream. Messages call it {@code name}. */
  static TsvReader of(String name, InputStream in) {
    return new TsvReader(name, in);
  }

  /** A row, whether or not it can be read. */
  public sealed interface Row {
    /** Its line number, from 1. */
    long line();

    /** The cells of a row, at least one. */
    record Cells(long line, List<String> cells) implements Row {
      /** Takes an unmodifiable copy. */
      public Cells {
        cells = List.copyOf(cells);
      }
    }

    /** A line that cannot be used, and the reason in a few words. */
    record Bad(long line, String why) implements Row {}
  }

  /** The name of the input in messages. */
  public String name() {
    return name;
  }

  /**
   * The next row; null at the end.
   *
   * @throws PairFileException if reading fails
   */
  public @Nullable Row next() throws PairFileException {
    try {
      for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
        if (line instanceof LineReader.Line.Bad bad) {
          return new Row.Bad(bad.number(), bad.why());
        }
        if (line instanceof LineReader.Line.Text text && !text.text().isBlank()) {
          return new Row.Cells(text.number(), List.of(text.text().split("\t", -1)));
        }
      }
      return null;
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private static PairFileException unreadable(String name, IOException e) {
    return new PairFileException(name + " cannot be read: " + e.getMessage() + ".", e);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
