package io.ganglion.loadgen;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The outcomes of a run's counted requests.
 *
 * @param ok number answered
 * @param cancelled number cancelled on purpose
 * @param failures numbers of all other outcomes, by status
 * @param firstMessages first message of each status
 * @param labelled number of answered requests with a known right label
 * @param correct number of these answered with the right label
 * @param scores how good other answers are, where the data says what is right
 */
record Counts(
    long ok,
    long cancelled,
    SortedMap<String, Long> failures,
    Map<String, String> firstMessages,
    long labelled,
    long correct,
    List<Score> scores) {
  Counts {
    failures = new TreeMap<>(failures);
    firstMessages = Map.copyOf(firstMessages);
    scores = List.copyOf(scores);
  }

  long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Number of ended requests, without those cancelled on purpose. */
  long ended() {
    return ok + failed();
  }

  OptionalDouble accuracy() {
    return labelled == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) correct / labelled);
  }
}
