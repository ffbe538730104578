package io.ganglion.loadgen;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the counted requests of a run ended.
 *
 * @param ok answered
 * @param cancelled on purpose
 * @param failures all other ends, by status
 * @param firstMessages the first message by status
 * @param labelled answered requests with a known right label
 * @param correct those answered with it
 */
record Counts(
    long ok,
    long cancelled,
    SortedMap<String, Long> failures,
    Map<String, String> firstMessages,
    long labelled,
    long correct) {
  Counts {
    failures = new TreeMap<>(failures);
    firstMessages = Map.copyOf(firstMessages);
  }

  long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  /** All that ended, those cancelled on purpose left out. */
  long ended() {
    return ok + failed();
  }

  OptionalDouble accuracy() {
    return labelled == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) correct / labelled);
  }
}
