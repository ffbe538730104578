package io.ganglion.loadgen;

import java.util.concurrent.CountDownLatch;

/** Sends the requests of one run. */
interface Loop {
  /** Starts the sending, and returns; the latch opens when everything sent has ended. */
  CountDownLatch start();

  /** Sends nothing more. */
  void stop();
}
