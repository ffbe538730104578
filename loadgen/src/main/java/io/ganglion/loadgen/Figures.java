package io.ganglion.loadgen;

import java.util.Locale;

/** Formats figures for people. */
final class Figures {
  private Figures() {}

  /** Formats a rate, such as {@code 7,200/s}, or {@code 3.5/s} if whole numbers are too coarse. */
  static String rate(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 100 ? "%,.1f/s" : "%,.0f/s", perSecond);
  }

  /** Formats a number without a meaningless fraction: {@code 99}, {@code 99.9}. */
  static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
