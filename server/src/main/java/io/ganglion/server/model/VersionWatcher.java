package io.ganglion.server.model;

import io.ganglion.server.log.EventLog;
import io.ganglion.server.thread.ServiceThread;
import io.ganglion.server.thread.ThreadEvents;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Looks for a higher version in a folder, loads and checks it beside the one that serves, and swaps
 * it in; the old one finishes what it has taken. A version that cannot be served is reported once
 * and the old one stays; it is tried again when its files have changed and then rest, for it may
 * have been seen while it was copied. Runs on a thread of its own.
 */
public final class VersionWatcher {
  private static final long STOP_WAIT_NS = 1_000_000_000L;

  private final Path folder;
  private final ModelLoader loader;
  private final ModelHost host;
  private final Duration drainTimeout;
  private final EventLog log;
  private final ServiceThread thread;
  private volatile boolean stopped;

  // Touched by the thread only.
  private long served;
  private long refused = -1;
  private String refusedState = "";
  private String lastState = "";

  public VersionWatcher(
      Path folder,
      long servedVersion,
      ModelLoader loader,
      ModelHost host,
      Duration interval,
      Duration drainTimeout,
      EventLog log,
      ThreadEvents events) {
    this.folder = folder;
    this.served = servedVersion;
    this.loader = loader;
    this.host = host;
    this.drainTimeout = drainTimeout;
    this.log = log;
    this.thread =
        ServiceThread.periodic("ganglion-versions", events, interval.toNanos(), this::look);
  }

  public void start() {
    thread.start();
  }

  /**
   * Ends the thread; a version that is being loaded is given up. It may hang in a core: then it is
   * left behind, and swaps nothing in any more.
   */
  public void stop() throws InterruptedException {
    stopped = true;
    thread.stop();
    thread.interrupt();
    thread.awaitEnd(STOP_WAIT_NS);
  }

  /** Swaps in a higher version if there is one. */
  void look() throws InterruptedException {
    try {
      Optional<Versions.Version> highest = Versions.highest(folder);
      if (highest.isPresent() && highest.get().number().orElse(-1L) > served) {
        consider(highest.get(), Versions.state(highest.get().directory()));
      }
    } catch (ModelException e) {
      log.event("versions_unreadable", "reason", String.valueOf(e.getMessage()));
    }
  }

  private void consider(Versions.Version version, String state) throws InterruptedException {
    long number = version.number().orElse(-1L);
    boolean resting = state.equals(lastState);
    lastState = state;
    if (number == refused && (state.equals(refusedState) || !resting)) {
      return;
    }
    ServedModel next;
    try {
      next = loader.load(version.directory(), version.text());
    } catch (ModelException | RuntimeException | Error e) {
      // Whatever it holds, the next one is looked at.
      refused = number;
      refusedState = state;
      log.event("version_refused", "version", version.text(), "reason", reason(e));
      return;
    }
    if (stopped) {
      next.close();
      return;
    }
    served = number;
    swap(next);
  }

  /** An Error's message alone says little. */
  private static String reason(Throwable e) {
    return e instanceof ModelException ? String.valueOf(e.getMessage()) : e.toString();
  }

  private void swap(ServedModel next) throws InterruptedException {
    ServedModel old = host.swap(next);
    log.event("version_swapped", "from", old.facts().version(), "to", next.facts().version());
    if (!old.engine().drain(drainTimeout)) {
      log.event("version_drain_timeout", "version", old.facts().version());
    }
    old.close();
  }
}
