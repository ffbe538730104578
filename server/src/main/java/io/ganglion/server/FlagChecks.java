package io.ganglion.server;

import java.math.BigDecimal;

/** Refuses values that make no sense, in a sentence that names the flag. Stateless. */
final class FlagChecks {
  private FlagChecks() {}

  static void atLeast(int least, String flag, double value) {
    if (!(value >= least)) {
      throw new IllegalArgumentException(
          flag + " must be at least " + least + ", and is " + plain(value) + ".");
    }
  }

  static void positive(String flag, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(flag + " must be above 0, and is " + plain(value) + ".");
    }
  }

  static void port(int least, String flag, int value) {
    if (value < least || value > 65_535) {
      throw new IllegalArgumentException(
          flag + " must be between " + least + " and 65535, and is " + value + ".");
    }
  }

  private static String plain(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }
}
