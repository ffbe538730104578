package io.ganglion.compiler;

import io.ganglion.runtime.artifact.HeadLayer;
import io.ganglion.runtime.artifact.ModelDimensions;
import io.ganglion.runtime.artifact.ModelManifest;

/**
 * Floating-point operations of one request of full length.
 *
 * @param core in the encoder, the pooler and what of the head the core runs
 * @param host in the embeddings, their layer norm and the rest
 */
public record Flops(double core, double host) {
  /** Of a layer norm, for each value. */
  private static final double LAYER_NORM = 8;

  /** Of a GELU, for each value. */
  private static final double GELU = 10;

  static Flops of(ModelManifest manifest) {
    ModelDimensions d = manifest.dimensions();
    double tokens = manifest.sequenceLength();
    double hidden = d.hiddenSize();
    double inner = d.intermediateSize();
    double products = 2 * tokens * (4 * hidden * hidden + 2 * hidden * inner);
    double attention = 4 * tokens * tokens * hidden + 5 * tokens * tokens * d.heads();
    double rest = tokens * (2 * LAYER_NORM * hidden + GELU * inner + 2 * hidden);
    double core = d.layers() * (products + attention + rest) + 2 * hidden * hidden;
    double host = tokens * (2 + LAYER_NORM) * hidden + 5.0 * manifest.labels().size();
    for (HeadLayer layer : manifest.head()) {
      double product = 2.0 * layer.inputs() * layer.outputs();
      if (manifest.partition().core().contains(layer.name())) {
        core += product;
      } else {
        host += product;
      }
    }
    return new Flops(core, host);
  }

  double coreShare() {
    return core / (core + host);
  }
}
