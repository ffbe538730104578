package io.ganglion.runtime.core;

import io.ganglion.runtime.model.ModelDimensions;

/** Refuses a batch that a core cannot take or that would read outside the model's tables. */
public final class BatchCheck {
  private BatchCheck() {}

  /**
   * Checks a batch before it runs.
   *
   * @throws IllegalArgumentException if {@link NeuronCore#infer} must refuse the batch
   */
  public static void check(TokenBatch batch, CoreInfo info, ModelDimensions dimensions) {
    if (batch.size() > info.maxBatchSize()) {
      throw new IllegalArgumentException(
          "A batch of %d requests is larger than the core's %d."
              .formatted(batch.size(), info.maxBatchSize()));
    }
    for (int i = 0; i < batch.size(); i++) {
      if (batch.length(i) > info.maxSequenceLength()) {
        throw new IllegalArgumentException(
            "Request %d has %d tokens, more than the %d of the model."
                .formatted(i, batch.length(i), info.maxSequenceLength()));
      }
    }
    requireBelow("input id", batch.inputIds(), dimensions.vocabularySize());
    if (dimensions.segments() == 1) {
      requireOneSegment(batch.segmentIds());
    }
    requireBelow("segment id", batch.segmentIds(), dimensions.segments());
  }

  private static void requireOneSegment(int[] segmentIds) {
    for (int i = 0; i < segmentIds.length; i++) {
      if (segmentIds[i] == 1) {
        throw new IllegalArgumentException(
            "Token %d belongs to a second segment, but the model knows only one: give it one text."
                .formatted(i));
      }
    }
  }

  private static void requireBelow(String what, int[] ids, int limit) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= limit) {
        throw new IllegalArgumentException(
            "The %s %d of token %d is outside the model's table of %d rows."
                .formatted(what, ids[i], i, limit));
      }
    }
  }
}
