package io.ganglion.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.api.TextModel;
import io.ganglion.engine.model.ModelException;
import io.ganglion.engine.model.ModelOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The engines that users of this JVM share, one for each directory. Thread-safe. */
final class SharedEngines {
  static final SharedEngines INSTANCE = new SharedEngines(Engine::open);

  /** Opens an engine. */
  @FunctionalInterface
  interface Opener {
    Engine open(Path directory, ModelOptions options) throws ModelException;
  }

  private final Opener opener;

  @GuardedBy("this")
  private final Map<Path, Seat> seats = new HashMap<>();

  SharedEngines(Opener opener) {
    this.opener = opener;
  }

  /**
   * The place of one directory's engine. Its lock is held while an engine is opened or closed, so
   * that there is never a second one in memory; the lock of the map is not, so that other
   * directories do not wait.
   */
  private static final class Seat {
    final ReentrantLock lock = new ReentrantLock();

    /** Those who hold the engine, and those who wait for it. Guarded by the map's lock. */
    int users;

    @GuardedBy("lock")
    @Nullable Engine engine;

    @GuardedBy("lock")
    @Nullable ModelOptions options;
  }

  TextModel open(Path directory, ModelOptions options) throws ModelException {
    Path key = key(directory);
    Seat seat = join(key);
    try {
      return new SharedEngine(engine(seat, directory, options), () -> leave(key, seat));
    } catch (Throwable e) {
      leave(key, seat);
      throw e;
    }
  }

  private synchronized Seat join(Path key) {
    Seat seat = seats.computeIfAbsent(key, absent -> new Seat());
    seat.users++;
    return seat;
  }

  private Engine engine(Seat seat, Path directory, ModelOptions options) throws ModelException {
    try {
      seat.lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException("The thread was interrupted while the model was loaded.", e);
    }
    try {
      Engine engine = seat.engine;
      if (engine == null) {
        engine = opener.open(directory, options);
        seat.engine = engine;
        seat.options = options;
      } else if (!options.equals(seat.options)) {
        throw new ModelException(
            "%s is open in this JVM with other options (%s, asked for: %s): use the same ones, or a copy of the folder."
                .formatted(directory, seat.options, options));
      }
      return engine;
    } finally {
      seat.lock.unlock();
    }
  }

  /** Takes a user away; the last closes the engine, unless another has come until then. */
  private void leave(Path key, Seat seat) {
    seat.lock.lock();
    try {
      if (usersAfterOneLess(seat) == 0 && seat.engine != null) {
        seat.engine.close();
        seat.engine = null;
      }
    } finally {
      seat.lock.unlock();
    }
    synchronized (this) {
      if (seat.users == 0) {
        seats.remove(key, seat);
      }
    }
  }

  private synchronized int usersAfterOneLess(Seat seat) {
    return --seat.users;
  }

  /** How many directories have an engine, or users who wait for one. */
  synchronized int size() {
    return seats.size();
  }

  /** One name for a directory, however it was written. */
  private static Path key(Path directory) throws ModelException {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      throw new ModelException(
          directory + " is not there: give the directory that compiler compile wrote.", e);
    }
  }
}
