package io.ganglion.compiler.model;

/**
 * A layer norm's weights.
 *
 * @param gamma scale [hidden]
 * @param beta shift [hidden]
 */
public record LayerNorm(Weight gamma, Weight beta) {}
