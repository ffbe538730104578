package io.ganglion.server;

import io.ganglion.cli.Durations;
import io.ganglion.cli.UsageException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/** Refuses wrong values in a sentence that names the flag. Stateless. */
final class FlagChecks {
  private static final Duration LONGEST = Duration.ofDays(1);

  /** A million requests of 512 tokens are some gigabytes. */
  private static final int MOST_HELD = 1_000_000;

  private FlagChecks() {}

  /**
   * @param why reason for the upper bound, as the end of a sentence
   */
  static void between(long least, long most, String flag, double value, String why) {
    if (!(value >= least && value <= most)) {
      throw new UsageException(
          flag
              + " must be between "
              + least
              + " and "
              + most
              + ", and is "
              + plain(value)
              + (value > most ? ": " + why + "." : "."));
    }
  }

  /** Requires a number of things that each hold memory. */
  static void count(long least, String flag, int value) {
    between(least, MOST_HELD, flag, value, "each of them holds memory");
  }

  /** Requires a duration above 0 that is not so long that the user must have meant another unit. */
  static void time(String flag, Duration value) {
    if (value.isZero()) {
      throw new UsageException(flag + " must be above 0s.");
    }
    timeOrZero(flag, value);
  }

  static void timeOrZero(String flag, Duration value) {
    if (value.compareTo(LONGEST) > 0) {
      throw new UsageException(
          "%s must be at most %s, and is %s."
              .formatted(flag, Durations.print(LONGEST), Durations.print(value)));
    }
  }

  /**
   * Requires an address of this machine or a known name. Whether it can be listened on shows only
   * later.
   */
  static void address(String flag, String value) {
    try {
      InetAddress.getByName(value);
    } catch (UnknownHostException e) {
      throw new UsageException(flag + " " + value + " is no address and no known name.", e);
    }
  }

  private static String plain(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }
}
