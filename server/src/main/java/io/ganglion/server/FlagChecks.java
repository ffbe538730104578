package io.ganglion.server;

import java.math.BigDecimal;

/** Refuses values that make no sense, in a sentence that names the flag. Stateless. */
final class FlagChecks {
  private FlagChecks() {}

  static void positive(String flag, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(flag + " must be above 0, and is " + plain(value) + ".");
    }
  }

  /**
   * @param why the upper bound is where it is, as the end of a sentence
   */
  static void between(long least, long most, String flag, double value, String why) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
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
  static void time(String flag, double value, long most, String unit) {
    positive(flag, value);
    timeOrZero(flag, value, most, unit);
  }

  static void timeOrZero(String flag, double value, long most, String unit) {
    between(0, most, flag, value, "the flag is in " + unit + ", and that would be over a day");
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
