package io.ganglion.server.endpoint;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A file with certificates or tokens, of which never more than {@link #MOST_BYTES} are read. A
 * regular file may be read again and again. What else can be read, such as a pipe, gives its
 * content once and is read only when it is opened. Thread-safe.
 */
final class SmallFile {
  /** A chain of certificates has a few thousand bytes. */
  static final int MOST_BYTES = 64 << 10;

  /** A pipe that nobody writes to must not keep a server from saying so. */
  private static final long PIPE_SECONDS = 10;

  private final Path path;
  private final byte @Nullable [] once;

  private SmallFile(Path path, byte @Nullable [] once) {
    this.path = path;
    this.once = once;
  }

  /**
   * @throws IOException if the path is a pipe whose content cannot be had; a regular file is not
   *     touched yet
   */
  static SmallFile open(Path path) throws IOException {
    if (Files.isRegularFile(path) || Files.notExists(path)) {
      return new SmallFile(path, null);
    }
    if (Files.isDirectory(path)) {
      throw new IOException(path + " is a folder and not a file.");
    }
    return new SmallFile(path, readPipe(path));
  }

  Path path() {
    return path;
  }

  /** Whether a later {@link #read} may give something else. */
  boolean mayChange() {
    return once == null;
  }

  /** Returns at once, whatever has become of the file. */
  byte[] read() throws IOException {
    if (once != null) {
      return once;
    }
    if (Files.notExists(path)) {
      throw new IOException("There is no file " + path + ".");
    }
    if (!Files.isRegularFile(path)) { // opening a pipe could wait for ever
      throw new IOException(path + " is no regular file any more.");
    }
    return bounded(path);
  }

  private static byte[] bounded(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1); // its size may change, or not be known
      if (bytes.length > MOST_BYTES) {
        throw new IOException(
            path + " is larger than " + MOST_BYTES + " bytes: it must be another file.");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new IOException("There is no file " + path + ".", e);
    }
  }

  private static byte[] readPipe(Path path) throws IOException {
    FutureTask<byte[]> reading = new FutureTask<>(() -> bounded(path));
    Thread thread =
        new Thread(reading, "ganglion-pipe"); // opening it may wait, and cannot be ended
    thread.setDaemon(true);
    thread.start();
    try {
      return reading.get(PIPE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "The pipe " + path + " did not come to an end within " + PIPE_SECONDS + " seconds.", e);
    } catch (ExecutionException e) {
      throw new IOException(
          "The pipe " + path + " cannot be used: " + Throwables.getRootCause(e).getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading " + path);
    }
  }
}
