package io.ganglion.client;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what another process or thread brings about; also for the server's tests. */
public final class Conditions {
  private Conditions() {}

  /** Fails when it does not come about within 30 s. */
  public static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("it did not come about within 30 s");
      }
      Thread.sleep(1); // between two looks: nobody tells when it is so
    }
  }
}
