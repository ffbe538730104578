package io.ganglion.bench.engine;

import io.ganglion.bench.workload.Batch;

/** A loaded model that some worker threads run at the same time. Thread-safe; closed last. */
public interface Engine extends AutoCloseable {
  /** Worker threads that keep it busy. */
  int workers();

  /** Opens what one worker thread needs; called on that thread. */
  Worker open(int index) throws EngineException;

  @Override
  void close();

  /** One thread's part of an engine. Used and closed by the thread that opened it. */
  interface Worker extends AutoCloseable {
    /** Runs a batch; one row a pair, or no rows at all where nothing is classified. */
    float[][] infer(Batch batch) throws EngineException;

    @Override
    void close();
  }
}
