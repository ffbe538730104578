package io.ganglion.loadgen;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The table at the end of a run. */
final class TextReport {
  private TextReport() {}

  static String of(RunReport report) {
    StringBuilder text = new StringBuilder();
    line(text, "requests", "%,d ok, %,d failed%s", report.ok(), report.failed(), cancelled(report));
    report
        .failures()
        .forEach(
            (code, n) ->
                line(
                    text,
                    "",
                    "%,d %s: %s",
                    n,
                    code,
                    report.firstMessages().getOrDefault(code, "")));
    line(text, "seconds", "%.3f", report.seconds());
    line(text, "throughput", "%,.1f requests/s", report.throughput());
    report.plannedRate().ifPresent(rate -> line(text, "planned", "%,.1f requests/s", rate));
    line(
        text,
        "latency ms",
        "p50 %.3f  p90 %.3f  p95 %.3f  p99 %.3f  max %.3f  mean %.3f",
        report.latencyMs(50),
        report.latencyMs(90),
        report.latencyMs(95),
        report.latencyMs(99),
        report.maxMs(),
        report.meanMs());
    report
        .accuracy()
        .ifPresent(
            accuracy ->
                line(
                    text,
                    "accuracy",
                    "%.4f (%,d of %,d)",
                    accuracy,
                    report.correct(),
                    report.labelled()));
    line(text, "lengths", "%s", report.lengths());
    tokens(text, report.tokens());
    line(text, "loadgen", "%.3f of a core", report.cores());
    if (report.valid()) {
      line(text, "verdict", "VALID");
    } else {
      report.invalid().forEach(reason -> line(text, "verdict", "INVALID: %s", reason));
    }
    return text.toString();
  }

  private static String cancelled(RunReport report) {
    return report.cancelled() == 0
        ? ""
        : String.format(Locale.ROOT, ", %,d cancelled", report.cancelled());
  }

  private static void tokens(StringBuilder text, Histogram tokens) {
    if (tokens.getTotalCount() > 0) {
      line(
          text,
          "tokens",
          "a request: min %d, p50 %d, p90 %d, p99 %d, max %d, mean %.1f",
          tokens.getMinValue(),
          tokens.getValueAtPercentile(50),
          tokens.getValueAtPercentile(90),
          tokens.getValueAtPercentile(99),
          tokens.getMaxValue(),
          tokens.getMean());
    }
  }

  private static void line(StringBuilder text, String name, String format, Object... values) {
    text.append(String.format(Locale.ROOT, "%-11s ", name))
        .append(String.format(Locale.ROOT, format, values))
        .append('\n');
  }
}
