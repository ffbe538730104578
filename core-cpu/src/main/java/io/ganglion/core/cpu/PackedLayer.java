package io.ganglion.core.cpu;

/**
 * The weights of one encoder layer, shared by all cores.
 *
 * @param qkv query, key and value
 * @param attentionOutput after the attention
 * @param attentionNorm after the first residual connection
 * @param intermediate with the activation
 * @param output back to the hidden size
 * @param outputNorm after the second residual connection
 */
record PackedLayer(
    PackedDense qkv,
    PackedDense attentionOutput,
    PackedNorm attentionNorm,
    PackedDense intermediate,
    PackedDense output,
    PackedNorm outputNorm) {}
