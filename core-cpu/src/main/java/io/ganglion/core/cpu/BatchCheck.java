package io.ganglion.core.cpu;

import io.ganglion.runtime.core.CoreInfo;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelDimensions;

/** Refuses a batch that would read outside the model's tables. */
final class BatchCheck {
  private BatchCheck() {}

  static void check(TokenBatch batch, CoreInfo info, ModelDimensions d) {
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
    requireBelow("input id", batch.inputIds(), d.vocabularySize());
    requireBelow("segment id", batch.segmentIds(), d.segments());
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
