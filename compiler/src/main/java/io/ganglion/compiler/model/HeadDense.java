package io.ganglion.compiler.model;

import io.ganglion.runtime.model.Activation;

/**
 * A dense layer of the head.
 *
 * @param name its name in manifests, for example "pooler" or "head.0"
 * @param dense its weights
 * @param activation applied last
 */
public record HeadDense(String name, Dense dense, Activation activation) {}
