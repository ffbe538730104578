package io.ganglion.loadgen;

import java.util.Optional;

/**
 * A run at one rate of a study.
 *
 * @param run an open loop
 * @param missed why it did not keep the objectives; empty when it did
 */
record Trial(RunReport run, Optional<String> missed) {
  /** The planned one, a second. */
  double rate() {
    return run.plannedRate().orElseThrow();
  }

  boolean kept() {
    return missed.isEmpty();
  }
}
