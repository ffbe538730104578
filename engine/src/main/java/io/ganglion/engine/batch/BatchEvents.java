package io.ganglion.engine.batch;

import io.ganglion.engine.thread.ThreadEvents;

/**
 * Receives the events of batching, each once. Called on the threads where they happen. Must return
 * soon and must not throw.
 */
public interface BatchEvents extends ThreadEvents {
  /** A request was admitted. */
  void onAdmitted();

  /**
   * A core begins a batch.
   *
   * @param fullBatch most requests that a batch may hold
   * @param oldestWaitNs longest wait among its requests
   */
  void onBatchStart(int coreIndex, int requests, int fullBatch, int tokens, long oldestWaitNs);

  /** A core ended a batch, with or without success, {@code elapsedNs} after its start. */
  void onBatchEnd(int coreIndex, int requests, long elapsedNs, BatchResult result);

  /** A request was looked up among the answers that are kept. */
  void onLookup(Lookup found);

  /** An answer that was kept made room for others. */
  void onEvicted();

  /** A request's deadline passed while it waited. */
  void onExpired();

  /** A core cannot run batches at present. */
  void onCoreLost(int coreIndex, String reason);

  /** A core has passed its golden check and can run batches. */
  void onCoreReady(int coreIndex, boolean again);

  /** The end of a batch, in the vendor's terms. */
  enum BatchResult {
    COMPLETED,
    COMPLETED_WITH_ERROR,
    COMPLETED_WITH_NUMERICAL_ERROR,
    TIMED_OUT,
    INCORRECT_INPUT,
    FAILED_TO_QUEUE
  }

  /** What was found for a request. */
  enum Lookup {
    /** An answer. */
    HIT,
    /** An equal request, whose answer it will get. */
    SHARED,
    /** Nothing. */
    MISS
  }

  /** Ignores all events. */
  static BatchEvents none() {
    return new BatchEvents() {
      @Override
      public void onAdmitted() {}

      @Override
      public void onBatchStart(
          int coreIndex, int requests, int fullBatch, int tokens, long oldestWaitNs) {}

      @Override
      public void onBatchEnd(int coreIndex, int requests, long elapsedNs, BatchResult result) {}

      @Override
      public void onLookup(Lookup found) {}

      @Override
      public void onEvicted() {}

      @Override
      public void onExpired() {}

      @Override
      public void onCoreLost(int coreIndex, String reason) {}

      @Override
      public void onCoreReady(int coreIndex, boolean again) {}

      @Override
      public void onThreadFailure(String thread, Throwable failure) {}

      @Override
      public void onVitalThreadEnded(String thread) {}
    };
  }
}
