package io.ganglion.server;

import java.util.function.BooleanSupplier;

/** Waits for a condition, and fails when it does not come. */
public final class Waiting {
  private Waiting() {}

  public static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited too long");
      }
      Thread.sleep(1);
    }
  }
}
