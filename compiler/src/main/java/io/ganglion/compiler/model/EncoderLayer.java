package io.ganglion.compiler.model;

/**
 * One encoder layer.
 *
 * @param query not yet scaled
 * @param key of the attention
 * @param value of the attention
 * @param queryScale what the source multiplies attention scores by, mostly 1 / sqrt(head size)
 * @param attentionOutput after the heads
 * @param attentionNorm after the first residual
 * @param intermediate before the activation
 * @param output after it
 * @param outputNorm after the second residual
 */
public record EncoderLayer(
    Dense query,
    Dense key,
    Dense value,
    float queryScale,
    Dense attentionOutput,
    LayerNorm attentionNorm,
    Dense intermediate,
    Dense output,
    LayerNorm outputNorm) {}
