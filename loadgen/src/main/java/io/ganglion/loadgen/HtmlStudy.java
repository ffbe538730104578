package io.ganglion.loadgen;

import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Writes the page of a study of rates. */
final class HtmlStudy {
  private final RateStudy study;
  private final Slo objective;
  private final List<Trial> curve;
  private final HtmlPage page = new HtmlPage("Load report");

  private HtmlStudy(RateStudy study) {
    this.study = study;
    this.objective = study.strictest();
    this.curve = study.curve();
  }

  static String of(RateStudy study, Provenance provenance) {
    return new HtmlStudy(study).write(provenance);
  }

  private String write(Provenance provenance) {
    page.sentence(study.sentence());
    page.verdict(study.good(), study.good() ? "DONE" : "NOT DONE", study.title());
    page.provenance(provenance);
    if (!curve.isEmpty()) {
      attainment();
      latency();
      goodput();
      table();
    }
    study.detail().ifPresent(this::detail);
    return page.end();
  }

  private void attainment() {
    page.heading("Attainment: requests answered within " + limit());
    page.chart(
        new Chart(x(), Axis.percent("of all requests", 100, 20))
            .line("attainment", "one", points(t -> 100 * t.run().attainment(objective)))
            .level(Figures.plain(objective.percentile()) + " %", objective.percentile()));
  }

  private void latency() {
    List<Chart.Point> p50 = points(trial -> trial.run().latencyMs(50));
    List<Chart.Point> high = points(trial -> trial.run().latencyMs(objective.percentile()));
    double lowest = p50.stream().mapToDouble(Chart.Point::y).filter(y -> y > 0).min().orElse(1);
    double highest = high.stream().mapToDouble(Chart.Point::y).max().orElse(1);
    page.heading("Latency");
    page.chart(
        new Chart(
                x(),
                Axis.logarithmic(
                    "ms, logarithmic",
                    Math.min(lowest, objective.limitMs()),
                    Math.max(highest, objective.limitMs())))
            .line("p50", "one", p50)
            .line("p" + Figures.plain(objective.percentile()), "two", high)
            .level(limit(), objective.limitMs()));
  }

  private void goodput() {
    List<Chart.Point> answered = points(trial -> trial.run().throughput());
    double highest = answered.stream().mapToDouble(Chart.Point::y).max().orElse(0);
    page.heading("Answers a second");
    page.chart(
        new Chart(x(), Axis.fromZero("answers/s", highest))
            .line("all", "two", answered)
            .line("within " + limit(), "one", points(t -> t.run().goodput(objective))));
  }

  private void table() {
    page.heading("Trials");
    boolean known = study.capacity().isPresent();
    page.table(
        Set.of(known ? 7 : 6),
        StudyTable.names(study),
        curve.stream().map(trial -> StudyTable.row(study, trial)).toList());
  }

  private void detail(RunReport run) {
    page.heading("In detail: " + run.title());
    page.paragraph(run.lengths());
    page.verdict(run.verdict());
    HtmlReport.write(run, page);
  }

  private String limit() {
    return Figures.plain(objective.limitMs()) + " ms";
  }

  /**
   * The axis of load: percent of the capacity if it is known, otherwise rates on a logarithmic
   * axis.
   */
  private Axis x() {
    return study.capacity().isPresent()
        ? Axis.percent("load, of the capacity", SweepPlan.HIGHEST + 10, SweepPlan.STEP)
        : Axis.logarithmic(
            "requests/s, logarithmic", curve.get(0).rate(), curve.get(curve.size() - 1).rate());
  }

  private List<Chart.Point> points(ToDoubleFunction<Trial> value) {
    return curve.stream()
        .map(
            trial ->
                new Chart.Point(
                    study.percentOfCapacity(trial).orElse(trial.rate()),
                    value.applyAsDouble(trial)))
        .toList();
  }
}
