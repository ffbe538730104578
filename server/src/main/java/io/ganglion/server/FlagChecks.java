package io.ganglion.server;

import io.ganglion.cli.Durations;
import io.ganglion.cli.UsageException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/** Refuses values that make no sense, in a sentence that names the flag. Stateless. */
final class FlagChecks {
  private static final Duration LONGEST = Duration.ofDays(1);

  private FlagChecks() {}

  /**
   * @param why the upper bound is where it is, as the end of a sentence
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

  /** Above 0, and not so long that another unit must have been meant. */
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

  /** Of this machine or of a name; whether it can be listened on shows when it is tried. */
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
