package io.ganglion.loadgen;

import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Prints the report of a run. */
final class TextReport {
  private final StringBuilder text = new StringBuilder();

  private TextReport() {}

  /** The report of a run. */
  static String of(RunReport report, Provenance provenance) {
    TextReport text = new TextReport();
    text.text.append(report.title()).append('\n');
    text.run(report);
    provenance.forEach((name, value) -> text.line(name, "%s", value));
    text.verdict(report.verdict());
    return text.text.toString();
  }

  /** The report of a study: its trials, the detailed run and the result. */
  static String of(RateStudy study, Provenance provenance) {
    TextReport text = new TextReport();
    text.trials(study);
    study
        .detail()
        .ifPresent(
            run -> {
              text.text.append(run.title()).append('\n');
              text.run(run);
              text.verdict(run.verdict());
            });
    provenance.forEach((name, value) -> text.line(name, "%s", value));
    text.line("result", "%s", study.sentence());
    return text.text.toString();
  }

  private void trials(RateStudy study) {
    row(StudyTable.names(study));
    study.curve().forEach(trial -> row(StudyTable.row(study, trial)));
    text.append('\n');
  }

  private void row(List<String> cells) {
    for (int i = 0; i < cells.size() - 1; i++) {
      text.append(String.format(Locale.ROOT, "%12s", cells.get(i)));
    }
    text.append("  ").append(cells.get(cells.size() - 1)).append('\n');
  }

  private void run(RunReport report) {
    Counts counts = report.counts();
    line("requests", "%,d ok, %,d failed%s", counts.ok(), counts.failed(), cancelled(counts));
    counts
        .failures()
        .forEach(
            (code, n) ->
                line("", "%,d %s: %s", n, code, counts.firstMessages().getOrDefault(code, "")));
    line("seconds", "%.3f", report.seconds());
    line("throughput", "%,.1f requests/s", report.throughput());
    report.plannedRate().ifPresent(rate -> line("planned", "%,.1f requests/s", rate));
    line(
        "latency ms",
        "p50 %.3f  p90 %.3f  p95 %.3f  p99 %.3f  max %.3f  mean %.3f",
        report.latencyMs(50),
        report.latencyMs(90),
        report.latencyMs(95),
        report.latencyMs(99),
        report.maxMs(),
        report.meanMs());
    counts
        .accuracy()
        .ifPresent(
            accuracy ->
                line(
                    "accuracy",
                    "%.4f (%,d of %,d)",
                    accuracy,
                    counts.correct(),
                    counts.labelled()));
    counts
        .scores()
        .forEach(score -> line(score.name(), "%.4f (of %,d)", score.value(), score.of()));
    line("lengths", "%s", report.lengths());
    tokens(report.tokens());
    split(report.split());
    line("loadgen", "%.3f of a core", report.cores());
  }

  private static String cancelled(Counts counts) {
    return counts.cancelled() == 0
        ? ""
        : String.format(Locale.ROOT, ", %,d cancelled", counts.cancelled());
  }

  private void tokens(Histogram tokens) {
    if (tokens.getTotalCount() > 0) {
      line(
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

  private void split(ServerSplit split) {
    if (split.known()) {
      line(
          "server ms",
          "queue p50 %.3f p99 %.3f  inference p50 %.3f p99 %.3f  batch mean %.1f",
          split.queueMs(50),
          split.queueMs(99),
          split.inferenceMs(50),
          split.inferenceMs(99),
          split.batchSize().getMean());
    }
  }

  private void verdict(Verdict verdict) {
    String reasons = verdict.reasons();
    line("verdict", "%s%s", verdict.words(), reasons.isEmpty() ? "" : ": " + reasons);
    if (!verdict.good()) {
      line("", "(%s)", Verdict.MEANING);
    }
  }

  private void line(String name, String format, Object... values) {
    text.append(String.format(Locale.ROOT, "%-11s ", name))
        .append(String.format(Locale.ROOT, format, values))
        .append('\n');
  }
}
