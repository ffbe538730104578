package io.ganglion.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The token of a file, which may be renewed while a client uses it. The file is read at most every
 * ten seconds, by whoever asks first. Thread-safe.
 */
final class TokenFile implements Supplier<String> {
  private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(10);

  private record Read(String token, long atNs) {}

  private final Path file;
  private final LongSupplier nanoTime;
  private volatile Read last;

  private TokenFile(Path file, LongSupplier nanoTime) {
    this.file = file;
    this.nanoTime = nanoTime;
    this.last = new Read(read(file), nanoTime.getAsLong());
  }

  /**
   * Reads the token.
   *
   * @throws UncheckedIOException if that fails
   */
  static TokenFile open(Path file, LongSupplier nanoTime) {
    return new TokenFile(file, nanoTime);
  }

  @Override
  public String get() {
    Read read = last;
    long now = nanoTime.getAsLong();
    if (now - read.atNs() < FRESH_NS) {
      return read.token();
    }
    String token;
    try {
      token = read(file);
    } catch (UncheckedIOException e) {
      token = read.token(); // it is being replaced; an old token is refused by the server itself
    }
    last = new Read(token, now);
    return token;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the token file cannot be read: " + file, e);
    }
  }
}
