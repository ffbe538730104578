package io.ganglion.loadgen;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Formats the trials of a study as rows of text, for a page or a terminal. */
final class StudyTable {
  private StudyTable() {}

  static List<String> names(RateStudy study) {
    List<String> names = new ArrayList<>();
    if (study.capacity().isPresent()) {
      names.add("load");
    }
    names.addAll(List.of("rate/s", "p50 ms", "p99 ms", "attained", "answers/s", "goodput/s"));
    names.add("objective");
    return names;
  }

  static List<String> row(RateStudy study, Trial trial) {
    Slo objective = study.strictest();
    RunReport run = trial.run();
    List<String> cells = new ArrayList<>();
    study
        .percentOfCapacity(trial)
        .ifPresent(percent -> cells.add(String.format(Locale.ROOT, "%.0f %%", percent)));
    cells.add(String.format(Locale.ROOT, "%,.1f", trial.rate()));
    cells.add(String.format(Locale.ROOT, "%,.2f", run.latencyMs(50)));
    cells.add(String.format(Locale.ROOT, "%,.2f", run.latencyMs(99)));
    cells.add(String.format(Locale.ROOT, "%.2f %%", 100 * run.attainment(objective)));
    cells.add(String.format(Locale.ROOT, "%,.1f", run.throughput()));
    cells.add(String.format(Locale.ROOT, "%,.1f", run.goodput(objective)));
    cells.add(trial.missed().map(why -> "missed: " + why).orElse("kept"));
    return cells;
  }
}
