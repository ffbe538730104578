package io.ganglion.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;

/**
 * Tells when a connection is probably dead: requests end without an answer, and nothing at all has
 * been heard since the first of them was sent. Any thread; time is passed in. It does not promise
 * to be right: a server may only be slow, so whoever leaves a silent connection must try another to
 * the same server.
 */
final class Silence {
  /** So many that a caller who cancels one request ends no connection by it. */
  static final int ENDED = 3;

  /** Longer than a garbage collection or the batches before a request usually take. */
  static final long LENGTH_NS = TimeUnit.SECONDS.toNanos(2);

  @GuardedBy("this")
  private boolean waiting;

  @GuardedBy("this")
  private long sinceNs;

  @GuardedBy("this")
  private int ended;

  /** A request was sent. */
  synchronized void asked(long nowNs) {
    if (!waiting) {
      waiting = true;
      sinceNs = nowNs;
    }
  }

  /** Something came from the server, whatever it was. */
  synchronized void heard() {
    waiting = false;
    ended = 0;
  }

  /**
   * Requests expired or were cancelled before anything came.
   *
   * @return whether the connection has been silent for so long that it should be left
   */
  synchronized boolean ended(int requests, long nowNs) {
    ended += requests;
    return waiting && ended >= ENDED && nowNs - sinceNs >= LENGTH_NS;
  }

  /** Why a stream's call is cancelled whose connection has gone silent. */
  static final class Left extends Exception {
    private static final long serialVersionUID = 1L;

    Left() {
      super("the connection has gone silent", null, false, false);
    }
  }
}
