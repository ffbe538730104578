package io.ganglion.loadgen;

import java.util.concurrent.CountDownLatch;

/** Sends the requests of one run. */
interface Loop {
  /** Starts sending and returns. The latch opens when all sent requests have ended. */
  CountDownLatch start();

  /** Stops sending. */
  void stop();
}
