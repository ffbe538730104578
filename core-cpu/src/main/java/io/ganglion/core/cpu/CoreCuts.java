package io.ganglion.core.cpu;

import io.ganglion.runtime.model.Pooling;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.dnnl.dnnl_memory_desc;

/**
 * How a model's rows are cut on this CPU: the rows of a group's tokens, and the rows that the end
 * of the model reads. Owner thread only.
 */
final class CoreCuts {
  private final RowCuts encoder;
  private final RowCuts end;

  /**
   * Cuts for cores whose kernels run on {@code threads} threads, which must be the calling thread's
   * current number.
   *
   * @param maxRows most tokens of a group
   */
  CoreCuts(PackedModel model, int threads, int maxRows) {
    encoder = cuts(LayerProducts.ofEncoder(model), threads, maxRows);
    int endRows = model.pooling() == Pooling.NONE ? maxRows : TokenGroups.MAX_REQUESTS;
    end = cuts(LayerProducts.ofEnd(model), threads, endRows);
  }

  private static RowCuts cuts(
      Map<MatmulShape, dnnl_memory_desc> products, int threads, int maxRows) {
    MeasuredTrust trust =
        new MeasuredTrust(
            product -> new DnnlTrial(product, Objects.requireNonNull(products.get(product))),
            threads,
            MeasuredTrust.OF_PROCESS);
    return new RowCuts(products.keySet(), maxRows, trust);
  }

  /** The cuts of tokens. */
  RowCuts encoder() {
    return encoder;
  }

  /** The cuts of the rows at the end of the model, see {@link ModelEnd}. */
  RowCuts end() {
    return end;
  }

  /** Whether no answer depends on its batch. */
  boolean invariant() {
    return encoder.invariant() && end.invariant();
  }
}
