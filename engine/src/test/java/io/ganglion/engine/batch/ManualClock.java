package io.ganglion.engine.batch;

import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves. */
public final class ManualClock implements NanoClock {
  private final AtomicLong now = new AtomicLong();

  @Override
  public long nanoTime() {
    return now.get();
  }

  public void advance(long ns) {
    now.addAndGet(ns);
  }

  public void set(long ns) {
    now.set(ns);
  }
}
