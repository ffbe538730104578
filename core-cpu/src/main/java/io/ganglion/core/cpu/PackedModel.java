package io.ganglion.core.cpu;

import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Precision;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model's weights in the form that kernels read. All cores share them. Immutable.
 *
 * @param manifest manifest of the loaded artifact
 * @param isa instructions of the CPU
 * @param embeddings embedding tables
 * @param embeddingsNorm layer norm after the embeddings
 * @param projection dense layer from the embeddings to the encoder, fp32; null if these are as wide
 * @param layers encoder layers, in order
 * @param head the dense layers after the encoder, fp32
 * @param activations activations of {@code head}
 */
record PackedModel(
    ModelManifest manifest,
    CpuIsa isa,
    Embeddings embeddings,
    PackedNorm embeddingsNorm,
    @Nullable PackedDense projection,
    List<PackedLayer> layers,
    List<PackedDense> head,
    List<PostOp> activations) {

  int hidden() {
    return manifest.dimensions().hiddenSize();
  }

  /** The embeddings' width. */
  int embeddingSize() {
    return manifest.dimensions().embeddingSize();
  }

  Pooling pooling() {
    return manifest.task().pooling();
  }

  /** Whether only first tokens affect an answer after the last attention. */
  boolean endsWithFirstTokens() {
    return pooling() == Pooling.FIRST;
  }

  /**
   * The type of what one product hands to the next: query, key and value, probabilities,
   * attention's result and the activation's. It is bf16 if all products can read and write it,
   * otherwise fp32. The residual stream is always fp32, because it collects the rounding of every
   * layer.
   */
  DnnlType valueType() {
    boolean wide = !isa.bf16() || matrices().anyMatch(dense -> dense.precision() == Precision.FP32);
    return wide ? DnnlType.F32 : DnnlType.BF16;
  }

  /** All encoder matrices. */
  Stream<PackedDense> matrices() {
    return layers.stream()
        .flatMap(
            layer ->
                Stream.of(
                    layer.qkv(), layer.attentionOutput(), layer.intermediate(), layer.output()));
  }
}
