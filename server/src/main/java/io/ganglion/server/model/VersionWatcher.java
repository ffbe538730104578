package io.ganglion.server.model;

import io.ganglion.server.log.EventLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks for a higher version in a folder, loads and checks it beside the one that serves, and swaps
 * it in; the old one finishes what it has taken. A version that cannot be served is reported once
 * and the old one stays; it is tried again when its files have changed and then rest, for it may
 * have been seen while it was copied. Runs on a thread of its own.
 */
public final class VersionWatcher {
  private final Path folder;
  private final ModelLoader loader;
  private final ModelHost host;
  private final Duration interval;
  private final Duration drainTimeout;
  private final EventLog log;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "ganglion-versions");

  // Of the thread.
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
      EventLog log) {
    this.folder = folder;
    this.served = servedVersion;
    this.loader = loader;
    this.host = host;
    this.interval = interval;
    this.drainTimeout = drainTimeout;
    this.log = log;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Ends the thread; a version that is being loaded is given up. */
  public void stop() throws InterruptedException {
    stopped.countDown();
    thread.interrupt();
    thread.join();
  }

  private void run() {
    try {
      while (!stopped.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
    } catch (ModelException | RuntimeException | LinkageError | OutOfMemoryError e) {
      // Whatever it holds, the next one is looked at.
      refused = number;
      refusedState = state;
      log.event(
          "version_refused", "version", version.text(), "reason", String.valueOf(e.getMessage()));
      return;
    }
    served = number;
    swap(next);
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
