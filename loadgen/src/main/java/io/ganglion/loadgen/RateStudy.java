package io.ganglion.loadgen;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Runs at several rates, and what they say together.
 *
 * @param title what was done
 * @param sentence what came out
 * @param good whether it may be relied upon
 * @param objectives at least one
 * @param capacity answers a second of a closed loop, where it was measured
 * @param trials in the order in which they ran
 * @param detail the run that is worth showing whole
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

  /** The objective that attainment and goodput are counted by: that of the highest percentile. */
  Slo strictest() {
    return objectives.stream().max(Comparator.comparingDouble(Slo::percentile)).orElseThrow();
  }

  /** By rate. */
  List<Trial> curve() {
    return trials.stream().sorted(Comparator.comparingDouble(Trial::rate)).toList();
  }

  /** How loaded the server was in a trial; empty where its capacity is not known. */
  OptionalDouble percentOfCapacity(Trial trial) {
    return capacity.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(100 * trial.rate() / capacity.getAsDouble());
  }
}
