package io.ganglion.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The report as one page that needs no network and no script. */
final class HtmlReport {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1d2733; --dim: #5d6b7a; --rule: #d9dfe6;
        --page: #ffffff; --card: #f5f7f9; --one: #0b6bcb; --two: #c2410c; --bad: #b91c1c;
        --good: #15803d; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e6ebf1; --dim: #9aa8b7;
        --rule: #33404d; --page: #12181f; --card: #1b232c; --one: #5aa9f5; --two: #fb923c;
        --bad: #f87171; --good: #4ade80; } }
      body { margin: 0 auto; padding: 28px 20px 60px; max-width: 900px; color: var(--ink);
        background: var(--page); font: 15px/1.5 system-ui, sans-serif; }
      h1 { font-size: 21px; margin: 0 0 2px; } h2 { font-size: 16px; margin: 34px 0 6px; }
      p { margin: 2px 0; color: var(--dim); }
      .verdict { display: inline-block; padding: 1px 10px; border-radius: 4px; font-weight: 600;
        color: var(--page); } .valid { background: var(--good); } .invalid { background: var(--bad); }
      .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(125px, 1fr));
        gap: 10px; margin: 20px 0; }
      .figure { background: var(--card); border-radius: 6px; padding: 10px 14px; }
      .figure b { display: block; font-size: 20px; font-variant-numeric: tabular-nums; }
      .figure span { color: var(--dim); font-size: 13px; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { text-align: left; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--rule); }
      th { color: var(--dim); font-weight: 500; } td.n, th.n { text-align: right; }
      svg { width: 100%; height: auto; } .grid { stroke: var(--rule); }
      .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
      .line.one { stroke: var(--one); } .line.two { stroke: var(--two); }
      .line.bad { stroke: var(--bad); }
      text { font: 12px system-ui, sans-serif; fill: var(--dim); }
      text.one { fill: var(--one); } text.two { fill: var(--two); } text.bad { fill: var(--bad); }
      text.end { text-anchor: end; } text.middle { text-anchor: middle; }
      """;

  private static final double[] PERCENTILES = {
    0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 99.995, 99.999
  };

  private static final int STEPS = 120;

  private final RunReport report;
  private final StringBuilder page = new StringBuilder();

  private HtmlReport(RunReport report) {
    this.report = report;
  }

  static String of(RunReport report) {
    return new HtmlReport(report).write();
  }

  private String write() {
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
    page.append("<title>Load report</title>\n<style>\n").append(STYLE).append("</style>\n");
    page.append("</head>\n<body>\n");
    head();
    figures();
    percentileCurve();
    overTime();
    errors();
    return page.append("</body>\n</html>\n").toString();
  }

  private void head() {
    page.append("<h1>Load report</h1>\n");
    paragraph(report.title());
    paragraph(report.lengths());
    String verdict = report.valid() ? "valid" : "invalid";
    page.append(
        "<p><span class=\"verdict %s\">%s</span> %s</p>\n"
            .formatted(
                verdict,
                verdict.toUpperCase(Locale.ROOT),
                Chart.escape(String.join("; ", report.invalid()))));
  }

  private void figures() {
    page.append("<div class=\"figures\">\n");
    figure("requests ok", "%,d", report.ok());
    figure("requests failed", "%,d", report.failed());
    figure("throughput, requests/s", "%,.1f", report.throughput());
    report.plannedRate().ifPresent(rate -> figure("planned, requests/s", "%,.1f", rate));
    figure("p50, ms", "%,.2f", report.latencyMs(50));
    figure("p90, ms", "%,.2f", report.latencyMs(90));
    figure("p95, ms", "%,.2f", report.latencyMs(95));
    figure("p99, ms", "%,.2f", report.latencyMs(99));
    figure("max, ms", "%,.2f", report.maxMs());
    report.accuracy().ifPresent(accuracy -> figure("accuracy", "%.4f", accuracy));
    figure("seconds", "%,.1f", report.seconds());
    figure("loadgen, cores", "%.2f", report.cores());
    page.append("</div>\n");
  }

  private void figure(String name, String format, Object value) {
    page.append("<div class=\"figure\"><b>")
        .append(String.format(Locale.ROOT, format, value))
        .append("</b><span>")
        .append(name)
        .append("</span></div>\n");
  }

  /** As far to the right as the number of requests can tell percentiles apart. */
  private void percentileCurve() {
    page.append("<h2>Latency by percentile</h2>\n");
    long count = report.latencies().getTotalCount();
    if (count == 0) {
      paragraph("No request was answered.");
      return;
    }
    double last = 100 - 100.0 / Math.max(count, 10);
    List<Chart.Point> curve = new ArrayList<>();
    for (int i = 0; i <= STEPS; i++) {
      double percentile = 100 - Math.pow(10, 2 - nines(last) * i / STEPS);
      curve.add(new Chart.Point(percentile, report.latencyMs(percentile)));
    }
    List<Chart.Tick> ticks = new ArrayList<>();
    for (double percentile : new double[] {0, 50, 90, 99, 99.9, 99.99, 99.999}) {
      if (percentile <= last) {
        ticks.add(new Chart.Tick(percentile, trimmed(percentile) + " %"));
      }
    }
    page.append(
        new Chart("percentile", "ms", 0, last, HtmlReport::nines)
            .ticks(ticks)
            .line("latency", "one", curve)
            .svg());
    percentileTable(last);
  }

  private void percentileTable(double last) {
    page.append("<table>\n<tr><th class=\"n\">percentile</th><th class=\"n\">ms</th></tr>\n");
    for (double percentile : PERCENTILES) {
      if (percentile <= last) {
        row(trimmed(percentile), String.format(Locale.ROOT, "%,.3f", report.latencyMs(percentile)));
      }
    }
    row("100", String.format(Locale.ROOT, "%,.3f", report.maxMs()));
    page.append("</table>\n");
  }

  private void row(String left, String right) {
    page.append("<tr><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n".formatted(left, right));
  }

  private void overTime() {
    page.append("<h2>Throughput over time</h2>\n");
    if (report.timeline().isEmpty()) {
      paragraph("The run was too short for a curve.");
      return;
    }
    page.append(timeChart("requests/s").line("answered", "one", values(Second::rate)).svg());
    page.append("<h2>Latency over time</h2>\n");
    page.append(
        timeChart("ms")
            .line("p50", "one", values(Second::p50Ms))
            .line("p99", "two", values(Second::p99Ms))
            .svg());
  }

  private void errors() {
    page.append("<h2>Errors</h2>\n");
    if (report.failures().isEmpty()) {
      paragraph("None.");
      return;
    }
    if (!report.timeline().isEmpty()) {
      page.append(
          timeChart("errors in a second").line("errors", "bad", values(Second::errorCount)).svg());
    }
    page.append(
        "<table>\n<tr><th>status</th><th class=\"n\">requests</th><th>first message</th></tr>\n");
    report
        .failures()
        .forEach(
            (code, n) ->
                page.append(
                    "<tr><td>%s</td><td class=\"n\">%,d</td><td>%s</td></tr>\n"
                        .formatted(
                            Chart.escape(code),
                            n,
                            Chart.escape(report.firstMessages().getOrDefault(code, "")))));
    page.append("</table>\n");
  }

  private Chart timeChart(String yName) {
    double last = report.timeline().get(report.timeline().size() - 1).atSeconds();
    List<Chart.Tick> ticks = new ArrayList<>();
    double step = Math.max(1, Math.ceil(last / 10));
    for (double at = 0; at <= last; at += step) {
      ticks.add(new Chart.Tick(at, trimmed(at)));
    }
    return new Chart("seconds", yName, 0, last, at -> at).ticks(ticks);
  }

  private List<Chart.Point> values(ToDoubleFunction<Second> value) {
    return report.timeline().stream()
        .map(second -> new Chart.Point(second.atSeconds(), value.applyAsDouble(second)))
        .toList();
  }

  private void paragraph(String text) {
    page.append("<p>").append(Chart.escape(text)).append("</p>\n");
  }

  /** How many nines a percentile has: 90 has one, 99 two, and 0 none. */
  private static double nines(double percentile) {
    return 2 - Math.log10(Math.max(100 - percentile, 1e-9));
  }

  private static String trimmed(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
