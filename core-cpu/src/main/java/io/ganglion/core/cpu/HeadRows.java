package io.ganglion.core.cpu;

import io.ganglion.runtime.model.Pooling;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows that the head reads and writes, fp32. Allocated once for the most rows that a core runs
 * together. Owner thread only.
 */
final class HeadRows {
  private final NativeBuffer input;
  private final List<NativeBuffer> results = new ArrayList<>();

  /**
   * @param encoded the workspace that holds the encoder's result
   */
  HeadRows(NativeScope scope, PackedModel model, Workspace encoded, int maxRows) {
    Pooling pooling = model.pooling();
    boolean pools = pooling == Pooling.MEAN || pooling == Pooling.MAX;
    input = pools ? scope.buffer((long) maxRows * model.hidden() * Float.BYTES) : encoded.hidden();
    for (PackedDense layer : model.head()) {
      results.add(scope.buffer((long) maxRows * layer.outputs() * Float.BYTES));
    }
  }

  /** What the first layer reads, [rows, hidden]: what was pooled, or the encoder's own result. */
  NativeBuffer input() {
    return input;
  }

  /** What a layer writes. */
  NativeBuffer result(int layer) {
    return results.get(layer);
  }

  /** What the last layer writes, or the input if there is none. */
  NativeBuffer outputs() {
    return results.isEmpty() ? input : results.get(results.size() - 1);
  }
}
