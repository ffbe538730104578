package io.ganglion.server.endpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.engine.thread.ServiceThread;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Looks each second whether files have changed, and has their new content put into force. What
 * cannot be used is reported once, and what was read before stays in force. Thread-safe.
 *
 * <p>Compares contents, for a change of one file of several counts, and times are coarse. Each look
 * reads a file once: what was compared is what is loaded.
 */
final class FileReloader implements AutoCloseable {
  private static final long INTERVAL_NS = 1_000_000_000L;

  /** Loads the files. Uses all of their contents or none. */
  @FunctionalInterface
  interface Load {
    /** Takes the contents of the files, in their order. */
    void load(List<byte[]> contents) throws IOException, GeneralSecurityException;
  }

  private final EndpointEvents events;
  private final InstantSource clock;
  private final ServiceThread thread;

  @GuardedBy("this")
  private final List<Watched> all = new ArrayList<>();

  /** What a look has found. */
  private sealed interface Look {
    record Read(List<byte[]> contents) implements Look {
      boolean same(Read other) {
        for (int i = 0; i < contents.size(); i++) {
          if (!Arrays.equals(contents.get(i), other.contents.get(i))) {
            return false;
          }
        }
        return true;
      }
    }

    record Unreadable(String reason) implements Look {}
  }

  /** A set of files that are loaded together. */
  private static final class Watched {
    final List<SmallFile> files;
    final Load load;
    Look seen;

    /** Whether what was seen is what was loaded last. */
    boolean inForce = true;

    Watched(List<SmallFile> files, Load load, Look seen) {
      this.files = files;
      this.load = load;
      this.seen = seen;
    }

    Path name() {
      return files.get(0).path();
    }
  }

  FileReloader(EndpointEvents events, InstantSource clock) {
    this.events = events;
    this.clock = clock;
    this.thread = ServiceThread.periodic("ganglion-reload", events, INTERVAL_NS, this::look);
  }

  /**
   * Loads the files now, and again whenever one of them has changed. Those that can be read only
   * once keep what they said.
   *
   * @throws IOException if they cannot be used now
   */
  synchronized void watch(List<Path> paths, Load load)
      throws IOException, GeneralSecurityException {
    List<SmallFile> files = new ArrayList<>();
    for (Path path : paths) {
      files.add(SmallFile.open(path));
    }
    List<byte[]> contents = read(files);
    load.load(contents);
    if (files.stream().noneMatch(SmallFile::mayChange)) {
      return;
    }
    Watched watched = new Watched(files, load, new Look.Read(contents));
    all.add(watched);
    events.onFileInForce(watched.name(), clock.instant());
    if (all.size() == 1) {
      thread.start();
    }
  }

  private static List<byte[]> read(List<SmallFile> files) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (SmallFile file : files) {
      contents.add(file.read());
    }
    return contents;
  }

  /** Loads changed files. */
  synchronized void look() {
    for (Watched watched : all) {
      try {
        look(watched);
      } catch (RuntimeException | Error e) { // the other files must still be checked
        watched.inForce = false;
        events.onReloadRefused(watched.name(), e.toString());
      }
    }
  }

  private void look(Watched watched) {
    Look before = watched.seen;
    Look now = now(watched.files);
    watched.seen = now;
    if (now instanceof Look.Read read) {
      if (!(before instanceof Look.Read last && read.same(last))) {
        watched.inForce = load(watched, read.contents());
      }
      if (watched.inForce) {
        events.onFileInForce(watched.name(), clock.instant());
      }
    } else if (now instanceof Look.Unreadable unreadable && !now.equals(before)) {
      events.onReloadRefused(watched.name(), unreadable.reason());
    }
  }

  private static Look now(List<SmallFile> files) {
    try {
      return new Look.Read(read(files));
    } catch (IOException e) {
      return new Look.Unreadable(String.valueOf(e.getMessage()));
    }
  }

  /** False if it cannot be used. */
  private boolean load(Watched watched, List<byte[]> contents) {
    try {
      watched.load.load(contents);
      events.onReloaded(watched.name());
      return true;
    } catch (IOException | GeneralSecurityException e) {
      events.onReloadRefused(watched.name(), String.valueOf(e.getMessage()));
      return false;
    }
  }

  @Override
  public void close() {
    thread.stop();
  }
}
