package io.ganglion.core.cpu;

/**
 * The weights of one encoder layer, shared by all cores.
 *
 * @param qkv query, key and value
 * @param attentionOutput dense layer after the attention
 * @param attentionNorm layer norm after the first residual connection
 * @param intermediate dense layer with the activation
 * @param output dense layer back to the hidden size
 * @param outputNorm layer norm after the second residual connection
 */
record PackedLayer(
    PackedDense qkv,
    PackedDense attentionOutput,
    PackedNorm attentionNorm,
    PackedDense intermediate,
    PackedDense output,
    PackedNorm outputNorm) {}
