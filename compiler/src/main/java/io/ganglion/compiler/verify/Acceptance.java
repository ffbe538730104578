package io.ganglion.compiler.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Decides whether a compiled model is kept. */
public final class Acceptance {
  private Acceptance() {}

  /** What the model fails in, a part of a sentence; empty if it is kept. */
  public static Optional<String> complaint(Verification verification, Bounds bounds) {
    List<String> failed = new ArrayList<>();
    Differences differences = verification.differences();
    String measured = verification.terms().measured();
    if (!(differences.mean() <= bounds.mean())) {
      failed.add(
          text(
              "the mean difference of %s is %.1e, above %.1e",
              measured, differences.mean(), bounds.mean()));
    }
    if (!(differences.tail() <= bounds.tail())) {
      failed.add(
          text(
              "the 99.9th percentile of the difference is %.1e, above %.1e",
              differences.tail(), bounds.tail()));
    }
    verification
        .labels()
        .filter(labels -> labels.clearKept() < bounds.labels() * labels.clear())
        .ifPresent(
            labels ->
                failed.add(
                    text(
                        "%d of %d clear labels are lost, and %s %% must be kept",
                        labels.lost(), labels.clear(), percent(bounds.labels()))));
    verification
        .rankCorrelation()
        .ifPresent(
            correlation -> {
              if (verification.inputs() >= Bounds.LEAST_RANKED
                  && !(correlation >= bounds.rankCorrelation())) {
                failed.add(
                    text(
                        "the rank correlation is %.4f, below %s",
                        correlation, bounds.rankCorrelation()));
              }
            });
    return failed.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", failed));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share).replaceFirst("\\.?0+$", "");
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
