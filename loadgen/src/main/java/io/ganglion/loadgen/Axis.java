package io.ganglion.loadgen;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * An axis of a chart, possibly non-linear.
 *
 * @param name its name with the unit
 * @param from its smallest value
 * @param to its largest value
 * @param bend an increasing function of which equal steps become equal lengths
 * @param ticks marks on the axis
 */
record Axis(String name, double from, double to, DoubleUnaryOperator bend, List<Tick> ticks) {
  /** A mark on an axis. */
  record Tick(double at, String text) {}

  private static final int GRID = 4;
  private static final double[] STEPS = {1, 2, 5};

  /** With more decades, only powers of ten are marked. */
  private static final double WIDE = 2.5;

  private static final double HIGHEST_NINES = 9;

  Axis {
    ticks = List.copyOf(ticks);
  }

  /** From 0 to a round number that is not below the highest value. */
  static Axis fromZero(String name, double highest) {
    double top = round(highest);
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i <= GRID; i++) {
      double at = top * i / GRID;
      ticks.add(new Tick(at, label(at)));
    }
    return new Axis(name, 0, top, at -> at, ticks);
  }

  /** From 0 to the last of some seconds, with at most a dozen marks. */
  static Axis seconds(double last) {
    double step = Math.max(1, Math.ceil(last / 10));
    List<Tick> ticks = new ArrayList<>();
    for (double at = 0; at <= last; at += step) {
      ticks.add(new Tick(at, Figures.plain(at)));
    }
    return new Axis("seconds", 0, Math.max(last, 1e-9), at -> at, ticks);
  }

  /** An axis in percent, with a mark at every step. */
  static Axis percent(String name, double to, double step) {
    List<Tick> ticks = new ArrayList<>();
    for (double at = 0; at <= to; at += step) {
      ticks.add(new Tick(at, Figures.plain(at) + " %"));
    }
    return new Axis(name, 0, to, at -> at, ticks);
  }

  /** An axis by the number of nines: the distance from 90 to 99 is that from 99 to 99.9. */
  static Axis percentiles(double last) {
    List<Tick> ticks = new ArrayList<>();
    for (double percentile : new double[] {0, 50, 90, 99, 99.9, 99.99, 99.999}) {
      if (percentile <= last) {
        ticks.add(new Tick(percentile, Figures.plain(percentile) + " %"));
      }
    }
    return new Axis("percentile", 0, last, Axis::nines, ticks);
  }

  /** A logarithmic axis. Both ends are rounded outwards to 1, 2 or 5 times a power of ten. */
  static Axis logarithmic(String name, double lowest, double highest) {
    double from = Double.MIN_VALUE;
    double to = Double.MAX_VALUE;
    List<Tick> all = new ArrayList<>();
    for (int power = -3; power <= 7; power++) {
      for (double step : STEPS) {
        double at = step * Math.pow(10, power);
        from = at <= lowest ? at : from;
        to = at >= highest && to == Double.MAX_VALUE && at > from ? at : to;
        all.add(new Tick(at, label(at)));
      }
    }
    double least = Math.max(from, 1e-3);
    double most = Math.min(to, 5e7);
    boolean wide = Math.log10(most / least) > WIDE;
    List<Tick> ticks =
        all.stream()
            .filter(tick -> tick.at() >= least && tick.at() <= most)
            .filter(tick -> !wide || isPowerOfTen(tick.at()))
            .toList();
    return new Axis(name, least, most, Math::log10, ticks);
  }

  /** Formats a number to three figures, without a meaningless fraction. */
  private static String label(double at) {
    return at >= 100
        ? String.format(Locale.ROOT, "%,.0f", at)
        : new BigDecimal(at).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  private static boolean isPowerOfTen(double value) {
    double log = Math.log10(value);
    return Math.abs(log - Math.rint(log)) < 1e-9;
  }

  /** The number of nines of a percentile: 90 has one, 99 two, and 0 none. */
  static double nines(double percentile) {
    return Math.min(2 - Math.log10(Math.max(100 - percentile, 1e-9)), HIGHEST_NINES);
  }

  /** The position of a value on the axis, from 0 to 1. A value beyond an end is at that end. */
  double part(double value) {
    double low = bend.applyAsDouble(from);
    double high = bend.applyAsDouble(to);
    double bent = bend.applyAsDouble(Math.max(from, Math.min(value, to)));
    return high > low ? (bent - low) / (high - low) : 0;
  }

  /** The next of 1, 2, 4, 6, 8, 10 times a power of ten; 1 if nothing is above 0. */
  private static double round(double highest) {
    if (highest <= 0) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(highest)));
    for (int step : new int[] {1, 2, 4, 6, 8}) {
      if (highest <= step * power) {
        return step * power;
      }
    }
    return 10 * power;
  }
}
