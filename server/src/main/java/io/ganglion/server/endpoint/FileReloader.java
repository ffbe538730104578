package io.ganglion.server.endpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.server.thread.ServiceThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Looks each second whether files have changed, and has them read again. What cannot be used is
 * reported once, and what was read before stays in force. Thread-safe.
 *
 * <p>Compares contents, for a change of one file of several counts, and times are coarse: so it is
 * for small files only.
 */
final class FileReloader implements AutoCloseable {
  private static final long INTERVAL_NS = 1_000_000_000L;

  /** Puts the files' content into force, all of it or none. */
  @FunctionalInterface
  interface Load {
    void load() throws IOException, GeneralSecurityException;
  }

  private final EndpointEvents events;
  private final ServiceThread thread;

  @GuardedBy("this")
  private final List<Watched> all = new ArrayList<>();

  /** Files that are loaded together. */
  private static final class Watched {
    final List<Path> files;
    final Load load;
    List<byte[]> seen;

    Watched(List<Path> files, Load load, List<byte[]> seen) {
      this.files = files;
      this.load = load;
      this.seen = seen;
    }
  }

  FileReloader(EndpointEvents events) {
    this.events = events;
    this.thread = ServiceThread.periodic("ganglion-reload", events, INTERVAL_NS, this::look);
  }

  /**
   * Loads the files now, and again whenever one of them has changed.
   *
   * @throws IOException if they cannot be used now
   */
  synchronized void watch(List<Path> files, Load load)
      throws IOException, GeneralSecurityException {
    List<byte[]> seen = contents(files); // before they are loaded, so that no change is missed
    load.load();
    all.add(new Watched(List.copyOf(files), load, seen));
    if (all.size() == 1) {
      thread.start();
    }
  }

  private static List<byte[]> contents(List<Path> files) {
    List<byte[]> contents = new ArrayList<>();
    for (Path file : files) {
      try {
        contents.add(Files.readAllBytes(file));
      } catch (IOException e) {
        contents.add(new byte[0]); // the load says what is wrong
      }
    }
    return contents;
  }

  /** Loads what has changed. */
  synchronized void look() {
    for (Watched watched : all) {
      try {
        List<byte[]> now = contents(watched.files);
        if (!same(now, watched.seen)) {
          watched.seen = now;
          reload(watched);
        }
      } catch (RuntimeException | Error e) { // the other files are looked at all the same
        events.onReloadRefused(watched.files.get(0), e.toString());
      }
    }
  }

  private static boolean same(List<byte[]> a, List<byte[]> b) {
    for (int i = 0; i < a.size(); i++) {
      if (!Arrays.equals(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  private void reload(Watched watched) {
    Path first = watched.files.get(0);
    try {
      watched.load.load();
      events.onReloaded(first);
    } catch (IOException | GeneralSecurityException e) {
      events.onReloadRefused(first, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    thread.stop();
  }
}
