package io.ganglion.bench.measure;

import io.ganglion.bench.engine.EngineException;

/** A loaded system in the setting that is best for it. Called by one thread. */
public interface Contender extends AutoCloseable {
  /** Batches of each thread or core in a measurement, however slow. */
  int BATCHES_AT_LEAST = 3;

  /** The setting, in words. */
  String setting();

  /**
   * Runs for about so many seconds, and at least {@link #BATCHES_AT_LEAST}; gives inferences a
   * second.
   */
  double measure(double seconds) throws EngineException, InterruptedException;

  /** Processor time that all its processes have taken so far, in seconds. */
  double processorSeconds();

  /** What it has answered so far; empty where it classifies nothing. */
  Answers answers();

  @Override
  void close();
}
