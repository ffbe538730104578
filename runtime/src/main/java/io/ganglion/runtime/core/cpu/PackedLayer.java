package io.ganglion.runtime.core.cpu;

import org.jspecify.annotations.Nullable;

/**
 * The weights of one encoder layer, shared by all cores.
 *
 * @param lastQuery query of the last layer, computed for first tokens alone; null in the others
 * @param qkv query, key and value; key and value in the last layer
 * @param attentionOutput after the attention
 * @param attentionNorm after the first residual connection
 * @param intermediate with the activation
 * @param output back to the hidden size
 * @param outputNorm after the second residual connection
 */
record PackedLayer(
    @Nullable PackedDense lastQuery,
    PackedDense qkv,
    PackedDense attentionOutput,
    PackedNorm attentionNorm,
    PackedDense intermediate,
    PackedDense output,
    PackedNorm outputNorm) {}
