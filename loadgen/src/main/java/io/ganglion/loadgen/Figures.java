package io.ganglion.loadgen;

import java.util.Locale;

/** How figures are written for people. */
final class Figures {
  private Figures() {}

  /** As {@code 7,200/s}, or {@code 3.5/s} where whole numbers would say too little. */
  static String rate(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 100 ? "%,.1f/s" : "%,.0f/s", perSecond);
  }

  /** Without a fraction that says nothing: {@code 99}, {@code 99.9}. */
  static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
