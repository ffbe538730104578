package io.ganglion.server;

import io.ganglion.cli.Durations;
import io.ganglion.cli.UsageException;
import java.math.BigDecimal;
import java.time.Duration;

/** Refuses values that make no sense, in a sentence that names the flag. Stateless. */
final class FlagChecks {
  private FlagChecks() {}

  static void atLeast(int least, String flag, double value) {
    if (!(value >= least)) {
      throw new UsageException(
          flag + " must be at least " + least + ", and is " + plain(value) + ".");
    }
  }

  static void atLeast(Duration least, String flag, Duration value) {
    if (value.compareTo(least) < 0) {
      throw new UsageException(
          "%s must be at least %s, and is %s."
              .formatted(flag, Durations.print(least), Durations.print(value)));
    }
  }

  static void positive(String flag, Duration value) {
    if (value.isZero()) {
      throw new UsageException(flag + " must be above 0s.");
    }
  }

  private static String plain(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }
}
