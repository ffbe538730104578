package io.ganglion.bench.report;

import io.ganglion.bench.report.RowResult.Measured;
import io.ganglion.runtime.model.Precision;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a precision's rate grows with its cores.
 *
 * @param mostCores the largest number of cores
 * @param rows named by {@link ScalingRow}
 */
public record ScalingTable(Precision precision, int mostCores, List<RowResult> rows) {
  /** What the server's default flags must reach of its best setting. */
  public static final double WANTED_OF_BEST = 0.9;

  public ScalingTable {
    rows = List.copyOf(rows);
  }

  /** Throughput and what each core is worth, of what one alone gives. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, "");
    line(text, "%-6s %12s %9s %12s %9s", precision, "in process/s", "a core", "served/s", "a core");
    for (int cores : ScalingRow.counts(mostCores)) {
      String inProcess = ScalingRow.inProcess(precision, cores);
      String served = ScalingRow.served(precision, cores);
      line(
          text,
          "%6d %12s %9s %12s %9s",
          cores,
          rate(inProcess),
          percent(efficiency(inProcess, ScalingRow.inProcess(precision, 1), cores)),
          rate(served),
          percent(efficiency(served, ScalingRow.served(precision, 1), cores)));
    }
    String byDefault = ScalingRow.servedByDefault(precision);
    measured(byDefault)
        .ifPresent(row -> line(text, "%-25s %8s %12s  %s", "", "", rate(byDefault), row.setting()));
    line(text, "%s", verdict());
    for (RowResult row : rows) {
      if (row instanceof RowResult.NotRun missing) {
        line(text, "%s: not run: %s", missing.name(), missing.reason());
      }
    }
    return text.toString();
  }

  /** What the default flags give of the best; null where nothing can be compared. */
  public @Nullable Double defaultOfBest() {
    return best().map(best -> ratio(ScalingRow.servedByDefault(precision), best)).orElse(null);
  }

  /** The check, as a sentence. */
  String verdict() {
    Double share = defaultOfBest();
    if (share == null) {
      return "default flags against the best: unknown, because a row is missing";
    }
    return String.format(
        Locale.ROOT,
        "check: default flags reach %.1f%% of the best, \"%s\": %s %.0f%%",
        100 * share,
        best().orElseThrow(),
        share >= WANTED_OF_BEST ? "ok, at least" : "FAILED, less than",
        100 * WANTED_OF_BEST);
  }

  /** For JSON. */
  public Map<String, Object> json() {
    Map<String, Object> rates = new LinkedHashMap<>();
    for (RowResult row : rows) {
      if (row instanceof Measured measured) {
        rates.put(
            row.name(),
            Map.of("inferences_per_second", measured.spread(), "setting", measured.setting()));
      }
    }
    Double share = defaultOfBest();
    if (share != null) {
      rates.put("default_of_best", share);
    }
    return rates;
  }

  /** The name of the fastest served row whose cores were chosen. */
  private Optional<String> best() {
    return ScalingRow.counts(mostCores).stream()
        .flatMap(cores -> measured(ScalingRow.served(precision, cores)).stream())
        .max(Comparator.comparingDouble(row -> row.spread().median()))
        .map(Measured::name);
  }

  private @Nullable Double efficiency(String many, String one, int cores) {
    Double ratio = ratio(many, one);
    return ratio == null ? null : ratio / cores;
  }

  private @Nullable Double ratio(String over, String under) {
    return new Ratios(rows).ratio(over, under);
  }

  private String rate(String name) {
    return measured(name)
        .map(row -> String.format(Locale.ROOT, "%.1f", row.spread().median()))
        .orElse("-");
  }

  private static String percent(@Nullable Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.0f%%", 100 * share);
  }

  private Optional<Measured> measured(String name) {
    return rows.stream()
        .filter(row -> row.name().equals(name))
        .filter(Measured.class::isInstance)
        .map(Measured.class::cast)
        .findFirst();
  }

  private static void line(StringBuilder text, String format, @Nullable Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
