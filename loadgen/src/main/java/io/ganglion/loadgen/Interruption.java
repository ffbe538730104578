package io.ganglion.loadgen;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** On Ctrl-C, ends the run early and waits until its report is printed. */
final class Interruption implements AutoCloseable {
  private static final long LONGEST_WAIT_S = 40; // requests in flight end by their deadlines

  private final CountDownLatch reported = new CountDownLatch(1);
  private final Thread hook;

  Interruption(LoadRunner runner) {
    this.hook =
        new Thread(
            () -> {
              runner.interrupt();
              try {
                reported.await(LONGEST_WAIT_S, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    reported.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // the hook is running and was just released
    }
  }
}
