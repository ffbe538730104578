package io.ganglion.bench.engine;

import io.ganglion.bench.workload.Batch;

/**
 * A loaded model that several worker threads run at the same time. Thread-safe. Close it after its
 * workers.
 */
public interface Engine extends AutoCloseable {
  /** Number of worker threads that keep it busy. */
  int workers();

  /** Opens a worker; called on the worker's thread. */
  Worker open(int index) throws EngineException;

  @Override
  void close();

  /** One thread's part of an engine. Used and closed by the thread that opened it. */
  interface Worker extends AutoCloseable {
    /** Runs a batch. Returns one row for each pair, or none if the engine gives no answers. */
    float[][] infer(Batch batch) throws EngineException;

    @Override
    void close();
  }
}
