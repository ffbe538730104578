package io.ganglion.core.cpu;

import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.Precision;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model's weights as kernels read them, shared by all cores of the process. Immutable.
 *
 * @param manifest what was loaded
 * @param isa what the CPU can do
 * @param embeddings looked up by each token
 * @param embeddingsNorm after the embeddings
 * @param layers in order
 * @param head the pooler and the dense layers after it, fp32
 * @param activations of {@code head}
 */
record PackedModel(
    ModelManifest manifest,
    CpuIsa isa,
    Embeddings embeddings,
    PackedNorm embeddingsNorm,
    List<PackedLayer> layers,
    List<PackedDense> head,
    List<PostOp> activations) {

  int hidden() {
    return manifest.dimensions().hiddenSize();
  }

  /**
   * Type of what flows between the matrix multiplications: bf16 where all of them take it without a
   * detour, otherwise fp32.
   */
  DnnlType stream() {
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
