package io.ganglion.loadgen;

import java.util.Optional;

/**
 * A study's run at one rate.
 *
 * @param run report of an open loop
 * @param missed why it did not keep the objectives; empty if it did
 */
record Trial(RunReport run, Optional<String> missed) {
  /** The planned rate per second. */
  double rate() {
    return run.plannedRate().orElseThrow();
  }

  boolean kept() {
    return missed.isEmpty();
  }
}
