package io.ganglion.api;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for a condition that another process or thread brings about; for tests. */
public final class Conditions {
  private Conditions() {}

  /** Fails if the condition does not hold within 30 s. */
  public static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("it did not come about within 30 s");
      }
      Thread.sleep(1); // between two checks: nothing signals the condition
    }
  }
}
