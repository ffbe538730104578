package io.ganglion.bench.engine;

/** How a system spends its threads. */
public enum Layout {
  /** One batch at a time, all threads on it. */
  TOGETHER("all threads on one batch"),
  /** A batch for each thread at the same time, with one thread on each. */
  APART("one thread a batch");

  private final String words;

  Layout(String words) {
    this.words = words;
  }

  /** Number of batches at the same time. */
  public int workers(int threads) {
    return this == TOGETHER ? 1 : threads;
  }

  /** Number of threads within a batch. */
  public int threadsPerBatch(int threads) {
    return this == TOGETHER ? threads : 1;
  }

  @Override
  public String toString() {
    return words;
  }
}
