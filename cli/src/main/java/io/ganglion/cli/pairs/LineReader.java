package io.ganglion.cli.pairs;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8, with or without a byte-order mark, in bounded memory. For one thread.
 *
 * <p>Lines end with LF or CRLF. A single CR belongs to its line, unless the first line ends with
 * one: then CR ends every line, as in old files.
 */
final class LineReader implements Closeable {
  /** Far more than any text that a model takes, and small enough to hold in memory. */
  static final int LONGEST_BYTES = 1 << 20;

  private static final int END = -1;
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int limit;
  private long number;
  private boolean carriageReturnEndsLines;

  LineReader(InputStream in) {
    this.in = in;
  }

  /** A line, whether or not it can be read. */
  sealed interface Line {
    /** From 1. */
    long number();

    /** A line without its end. */
    record Text(long number, String text) implements Line {}

    /** A line that cannot be used. */
    record Bad(long number, String why) implements Line {}
  }

  /** The next line; null at the end. */
  @Nullable Line next() throws IOException {
    if (peek(0) == END) {
      return null;
    }
    number++;
    if (number == 1) {
      skipMark();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    boolean whole = true;
    for (int b = read(); b != END && !endsLine(b); b = read()) {
      if (bytes.size() < LONGEST_BYTES) {
        bytes.write(b);
      } else {
        whole = false;
      }
    }
    return whole ? decode(bytes.toByteArray()) : bad("it is longer than 1 MiB");
  }

  private void skipMark() throws IOException {
    if ((peek(0) == 0xFE && peek(1) == 0xFF) || (peek(0) == 0xFF && peek(1) == 0xFE)) {
      throw new PairFileException("it is UTF-16; save it as UTF-8");
    }
    if (peek(0) == (MARK[0] & 0xFF) && peek(1) == (MARK[1] & 0xFF) && peek(2) == (MARK[2] & 0xFF)) {
      at += MARK.length;
    }
  }

  private boolean endsLine(int b) throws IOException {
    if (b == '\n') {
      return true;
    }
    if (b != '\r') {
      return false;
    }
    if (number == 1 && !carriageReturnEndsLines) {
      boolean beforeLineFeed = peek(0) == '\n' || (peek(0) == '\r' && peek(1) == '\n');
      carriageReturnEndsLines = !beforeLineFeed && peek(0) != END;
    }
    if (carriageReturnEndsLines) {
      if (peek(0) == '\n') {
        at++;
      }
      return true;
    }
    return false;
  }

  private Line decode(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    try {
      ByteBuffer text = ByteBuffer.wrap(bytes, 0, length);
      return new Line.Text(number, StandardCharsets.UTF_8.newDecoder().decode(text).toString());
    } catch (CharacterCodingException e) {
      return bad("it is not UTF-8");
    }
  }

  private Line bad(String why) {
    return new Line.Bad(number, why);
  }

  private int read() throws IOException {
    int b = peek(0);
    at += b == END ? 0 : 1;
    return b;
  }

  /** The byte {@code ahead} (0 to 2) positions on; {@link #END} after the last. */
  private int peek(int ahead) throws IOException {
    while (at + ahead >= limit) {
      System.arraycopy(buffer, at, buffer, 0, limit - at);
      limit -= at;
      at = 0;
      int count = in.read(buffer, limit, buffer.length - limit);
      if (count < 0) {
        return END;
      }
      limit += count;
    }
    return buffer[at + ahead] & 0xFF;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
