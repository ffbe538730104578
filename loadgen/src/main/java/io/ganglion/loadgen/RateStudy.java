package io.ganglion.loadgen;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Runs at several rates, and their common result.
 *
 * @param title the kind of study
 * @param sentence the result
 * @param good whether the result is reliable
 * @param objectives objectives, at least one
 * @param capacity answers per second in a closed loop, if measured
 * @param trials trials in the order in which they ran
 * @param detail the run to show in detail
 */
record RateStudy(
    String title,
    String sentence,
    boolean good,
    List<Slo> objectives,
    OptionalDouble capacity,
    List<Trial> trials,
    Optional<RunReport> detail) {
  RateStudy {
    objectives = List.copyOf(objectives);
    trials = List.copyOf(trials);
  }

  /** The objective for attainment and goodput: the one with the highest percentile. */
  Slo strictest() {
    return objectives.stream().max(Comparator.comparingDouble(Slo::percentile)).orElseThrow();
  }

  /** The trials ordered by rate. */
  List<Trial> curve() {
    return trials.stream().sorted(Comparator.comparingDouble(Trial::rate)).toList();
  }

  /** The load of the server in a trial, relative to its capacity; empty if that is unknown. */
  OptionalDouble percentOfCapacity(Trial trial) {
    return capacity.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(100 * trial.rate() / capacity.getAsDouble());
  }
}
