package io.ganglion.compiler.model;

import io.ganglion.runtime.model.HeadLayer;

/**
 * A dense layer of the head.
 *
 * @param dense its weights
 * @param activation applied last
 */
public record HeadDense(Dense dense, HeadLayer.Activation activation) {}
