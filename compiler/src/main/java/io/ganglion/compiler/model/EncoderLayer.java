package io.ganglion.compiler.model;

/**
 * One encoder layer.
 *
 * @param query dense layer of the queries, not yet scaled
 * @param key dense layer of the keys
 * @param value dense layer of the values
 * @param queryScale factor that the source applies to attention scores, mostly 1 / sqrt(head size)
 * @param attentionOutput dense layer after the heads
 * @param attentionNorm layer norm after the first residual
 * @param intermediate dense layer before the activation
 * @param output dense layer after the activation
 * @param outputNorm layer norm after the second residual
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
