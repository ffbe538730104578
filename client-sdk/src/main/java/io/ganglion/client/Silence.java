package io.ganglion.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;

/**
 * Tells when a connection is probably dead: requests end without an answer, and nothing has been
 * heard since the first of them was sent. Any thread; time is passed in. It may be wrong, because
 * the server may only be slow. So the caller must replace a silent connection by a new one to the
 * same server.
 */
final class Silence {
  /** More than one, so that cancelling a single request never ends a connection. */
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

  /** Something came from the server. */
  synchronized void heard() {
    waiting = false;
    ended = 0;
  }

  /** Whether a request was sent so long ago, and nothing has come since. */
  synchronized boolean lasts(long ns, long nowNs) {
    return waiting && nowNs - sinceNs >= ns;
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

  /** The cause with which a stream's call is cancelled when its connection has gone silent. */
  static final class Left extends Exception {
    private static final long serialVersionUID = 1L;

    Left() {
      super("the connection has gone silent", null, false, false);
    }
  }
}
