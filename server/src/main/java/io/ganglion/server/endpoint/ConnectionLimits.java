package io.ganglion.server.endpoint;

import java.time.Duration;
import java.util.Optional;

/**
 * What connections may take.
 *
 * @param open most that are open at once; one more is closed at once
 * @param openOfAddress most of them from one address
 * @param calls most that are open at once on one connection; its client holds back more
 * @param age empty: a connection may grow as old as it likes
 */
public record ConnectionLimits(int open, int openOfAddress, int calls, Optional<Age> age) {
  /** Far more than a service has clients, and far fewer than would use up its memory. */
  public static final int MOST_OPEN = 1_000;

  /** More than may be in flight as the server is set at first: too many are refused, not held. */
  private static final int CALLS = 1_024;

  /**
   * When a connection is old: its client is told to open another, so that it finds servers that are
   * new.
   *
   * @param most after this no new call is taken on it; it differs by a tenth between connections
   * @param grace how long the calls open on it may then go on
   */
  public record Age(Duration most, Duration grace) {
    public Age {
      if (most.isNegative() || most.isZero() || grace.isNegative()) {
        throw new IllegalArgumentException(
            "A connection must be allowed some time: " + most + " and " + grace);
      }
    }
  }

  public ConnectionLimits {
    if (open < 1 || openOfAddress < 1) {
      throw new IllegalArgumentException("There must be room for a connection: " + open);
    }
    if (calls < 1) {
      throw new IllegalArgumentException("A connection must have room for a call: " + calls);
    }
  }

  /** As many as the server allows if nothing else is said, all of them from anywhere. */
  public static ConnectionLimits usual() {
    return of(MOST_OPEN);
  }

  public static ConnectionLimits of(int open) {
    return new ConnectionLimits(open, open, CALLS, Optional.empty());
  }
}
