package io.ganglion.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Writes the page of a run. */
final class HtmlReport {
  private static final double[] PERCENTILES = {
    0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 99.995, 99.999
  };

  private static final int STEPS = 120;

  /** A shorter interval is only a remainder, and its rate means nothing. */
  private static final double WHOLE_SECOND = 0.95;

  private final RunReport report;
  private final HtmlPage page;

  private HtmlReport(RunReport report, HtmlPage page) {
    this.report = report;
    this.page = page;
  }

  static String of(RunReport report, Provenance provenance) {
    HtmlPage page = new HtmlPage("Load report");
    page.sentence(report.title());
    page.paragraph(report.lengths());
    page.verdict(report.verdict());
    page.provenance(provenance);
    write(report, page);
    return page.end();
  }

  /** The figures and curves of a run. */
  static void write(RunReport report, HtmlPage page) {
    HtmlReport html = new HtmlReport(report, page);
    html.figures();
    html.percentiles();
    html.overTime();
    html.errors();
  }

  private void figures() {
    Counts counts = report.counts();
    page.beginFigures();
    page.figure("requests ok", "%,d", counts.ok());
    page.figure("requests failed", "%,d", counts.failed());
    page.figure("throughput, requests/s", "%,.1f", report.throughput());
    report.plannedRate().ifPresent(rate -> page.figure("planned, requests/s", "%,.1f", rate));
    page.figure("p50, ms", "%,.2f", report.latencyMs(50));
    page.figure("p90, ms", "%,.2f", report.latencyMs(90));
    page.figure("p95, ms", "%,.2f", report.latencyMs(95));
    page.figure("p99, ms", "%,.2f", report.latencyMs(99));
    page.figure("max, ms", "%,.2f", report.maxMs());
    counts.accuracy().ifPresent(accuracy -> page.figure("accuracy", "%.4f", accuracy));
    counts.scores().forEach(score -> page.figure(score.name(), "%.4f", score.value()));
    page.figure("seconds", "%,.1f", report.seconds());
    page.figure("loadgen, cores", "%.2f", report.cores());
    split(report.split());
    page.endFigures();
  }

  private void split(ServerSplit split) {
    if (split.known()) {
      page.figure("server's queue, p50 ms", "%,.2f", split.queueMs(50));
      page.figure("server's queue, p99 ms", "%,.2f", split.queueMs(99));
      page.figure("server's inference, p50 ms", "%,.2f", split.inferenceMs(50));
      page.figure("server's inference, p99 ms", "%,.2f", split.inferenceMs(99));
      page.figure("server's batch, mean", "%,.1f", split.batchSize().getMean());
    }
  }

  /** Percentiles, up to the highest that the number of requests can distinguish. */
  private void percentiles() {
    page.heading("Latency by percentile");
    long count = report.latencies().getTotalCount();
    if (count == 0) {
      page.paragraph("No request was answered.");
      return;
    }
    double last = 100 - 100.0 / Math.max(count, 10);
    List<Chart.Point> curve = new ArrayList<>();
    for (int i = 0; i <= STEPS; i++) {
      double percentile = 100 - Math.pow(10, 2 - Axis.nines(last) * i / STEPS);
      curve.add(new Chart.Point(percentile, report.latencyMs(percentile)));
    }
    page.chart(
        new Chart(Axis.percentiles(last), Axis.fromZero("ms", highest(curve)))
            .line("latency", "one", curve));
    List<List<String>> rows = new ArrayList<>();
    for (double percentile : PERCENTILES) {
      if (percentile <= last) {
        rows.add(row(percentile, report.latencyMs(percentile)));
      }
    }
    rows.add(row(100, report.maxMs()));
    page.table(Set.of(), List.of("percentile", "ms"), rows);
  }

  private static List<String> row(double percentile, double ms) {
    return List.of(Figures.plain(percentile), String.format(Locale.ROOT, "%,.3f", ms));
  }

  private void overTime() {
    page.heading("Throughput over time");
    List<Second> whole = whole(report.timeline());
    if (whole.isEmpty()) {
      page.paragraph("The run ended before its first counted second.");
      return;
    }
    List<Chart.Point> rate = values(whole, Second::rate);
    List<Chart.Point> p50 = values(whole, Second::p50Ms);
    List<Chart.Point> p99 = values(whole, Second::p99Ms);
    page.chart(timeChart("requests/s", highest(rate)).line("answered", "one", rate));
    page.heading("Latency over time");
    page.chart(
        timeChart("ms", Math.max(highest(p50), highest(p99)))
            .line("p50", "one", p50)
            .line("p99", "two", p99));
  }

  /**
   * The intervals without the remainder at the end, which would look like a drop, unless there is
   * nothing else.
   */
  private static List<Second> whole(List<Second> timeline) {
    int last = timeline.size() - 1;
    return last > 0 && timeline.get(last).lengthSeconds() < WHOLE_SECOND
        ? timeline.subList(0, last)
        : timeline;
  }

  private void errors() {
    page.heading("Errors");
    Counts counts = report.counts();
    if (counts.failures().isEmpty()) {
      page.paragraph("None.");
      return;
    }
    if (!report.timeline().isEmpty()) {
      List<Chart.Point> errors = values(report.timeline(), Second::errorCount);
      page.chart(timeChart("errors in a second", highest(errors)).line("errors", "bad", errors));
    }
    List<List<String>> rows = new ArrayList<>();
    counts
        .failures()
        .forEach(
            (code, n) ->
                rows.add(
                    List.of(
                        code,
                        String.format(Locale.ROOT, "%,d", n),
                        counts.firstMessages().getOrDefault(code, ""))));
    page.table(Set.of(0, 2), List.of("status", "requests", "first message"), rows);
  }

  private Chart timeChart(String yName, double highest) {
    double last = report.timeline().get(report.timeline().size() - 1).atSeconds();
    return new Chart(Axis.seconds(last), Axis.fromZero(yName, highest));
  }

  private static double highest(List<Chart.Point> points) {
    return points.stream().mapToDouble(Chart.Point::y).max().orElse(0);
  }

  private static List<Chart.Point> values(List<Second> of, ToDoubleFunction<Second> value) {
    return of.stream()
        .map(second -> new Chart.Point(second.atSeconds(), value.applyAsDouble(second)))
        .toList();
  }
}
