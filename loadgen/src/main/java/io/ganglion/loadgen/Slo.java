package io.ganglion.loadgen;

import io.ganglion.cli.Durations;
import io.ganglion.cli.UsageException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A latency objective, such as p99=200ms. */
record Slo(double percentile, Duration limit) {
  private static final Pattern FORM = Pattern.compile("p([0-9]{1,2}(?:\\.[0-9]+)?|100)=(.+)");

  static Slo parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException("'" + text + "' is no latency objective; write it as p99=200ms");
    }
    return new Slo(Double.parseDouble(matcher.group(1)), Durations.parse(matcher.group(2)));
  }

  boolean keptBy(RunReport report) {
    return report.latencyMs(percentile) <= limitMs();
  }

  /** A text such as {@code p99 under 200 ms}. */
  String inWords() {
    return "p" + Figures.plain(percentile) + " under " + Figures.plain(limitMs()) + " ms";
  }

  double limitMs() {
    return limit.toNanos() / 1e6;
  }

  @Override
  public String toString() {
    return "p" + Figures.plain(percentile) + "=" + Figures.plain(limitMs()) + "ms";
  }
}
