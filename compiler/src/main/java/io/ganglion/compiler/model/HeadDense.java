package io.ganglion.compiler.model;

import io.ganglion.runtime.artifact.HeadLayer;

/**
 * A dense layer of the head.
 *
 * @param dense its weights
 * @param activation applied last
 */
public record HeadDense(Dense dense, HeadLayer.Activation activation) {}
