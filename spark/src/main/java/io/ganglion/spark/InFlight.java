package io.ganglion.spark;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Counts the items in flight of all tasks of an executor. An engine refuses a call when 16,384 are
 * in flight; half of that keeps 128 cores busy, and leaves room for the first item of each task,
 * which is asked without a place. Thread-safe.
 */
final class InFlight {
  static final InFlight EXECUTOR = new InFlight(8_192);

  private final Semaphore places;

  InFlight(int most) {
    places = new Semaphore(most);
  }

  /** Room for one item; left once. */
  final class Place {
    private boolean left;

    void leave() {
      if (!left) {
        left = true;
        places.release();
      }
    }
  }

  /** A place, or null if there is none. It never waits: tasks may stand behind each other. */
  @Nullable Place place() {
    return places.tryAcquire() ? new Place() : null;
  }

  /** How many places are free. */
  int free() {
    return places.availablePermits();
  }
}
