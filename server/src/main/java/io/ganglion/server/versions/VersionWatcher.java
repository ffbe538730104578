package io.ganglion.server.versions;

import io.ganglion.engine.model.ModelException;
import io.ganglion.engine.model.ModelLoader;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.engine.model.Versions;
import io.ganglion.engine.thread.ServiceThread;
import io.ganglion.engine.thread.ThreadEvents;
import io.ganglion.runtime.model.Task;
import io.ganglion.server.log.EventLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Looks for a higher version in a folder, loads and checks it beside the serving one, and swaps it
 * in. The old version finishes its requests. A version that cannot be served is reported once, and
 * the old one stays. It is tried again when its files have changed and then stay unchanged, because
 * it may have been seen during copying. Runs on its own thread.
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

  // Touched only by the watcher's thread.
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
   * Ends the thread and gives up a version that is being loaded. A load that hangs in a core is
   * left behind and swaps nothing in.
   */
  public void stop() throws InterruptedException {
    stopped = true;
    thread.stop();
    thread.interrupt();
    thread.awaitEnd(STOP_WAIT_NS);
  }

  /** Swaps in a higher version, if there is one. */
  void look() throws InterruptedException {
    try {
      Optional<Versions.Version> highest = Versions.highest(folder);
      if (highest.isPresent() && highest.get().number().orElse(-1L) > served) {
        consider(highest.get(), Versions.state(highest.get().directory()));
      }
    } catch (ModelException e) {
      log.warn("versions_unreadable", "reason", String.valueOf(e.getMessage()));
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
      // In any case, go on to the next version.
      refused = number;
      refusedState = state;
      log.warn("version_refused", "version", version.text(), "reason", reason(e));
      return;
    }
    if (stopped) {
      next.close();
      return;
    }
    Optional<String> other = otherTask(next);
    if (other.isPresent()) {
      refused = number;
      refusedState = state;
      log.warn("version_refused", "version", version.text(), "reason", other.get());
      next.close();
      return;
    }
    served = number;
    swap(next);
  }

  /** Clients of the served model could not read the answers of another kind. */
  private Optional<String> otherTask(ServedModel next) {
    Task now = host.get().facts().manifest().task();
    Task then = next.facts().manifest().task();
    return now.kind() == then.kind()
        ? Optional.empty()
        : Optional.of(
            "it is for %s, and the served model for %s: serve it on another server"
                .formatted(then, now));
  }

  /**
   * The text of a failure, with the class name for an Error, because its message alone says little.
   */
  private static String reason(Throwable e) {
    return e instanceof ModelException ? String.valueOf(e.getMessage()) : e.toString();
  }

  private void swap(ServedModel next) throws InterruptedException {
    ServedModel old = host.get();
    try {
      host.swap(next);
      log.info("version_swapped", "from", old.facts().version(), "to", next.facts().version());
    } finally { // whatever throws, the new one serves and the old one's memory is given back
      if (!old.scheduler().drain(drainTimeout)) {
        log.warn("version_drain_timeout", "version", old.facts().version());
      }
      old.close();
    }
  }
}
