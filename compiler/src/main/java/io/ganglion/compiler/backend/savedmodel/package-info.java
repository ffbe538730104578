/**
 * Writes the Neuron-compatible graph of a BERT model as a SavedModel that TensorFlow can run: what
 * the host and the core compute, spelled out. Knows TensorFlow's files through {@code savedmodel}
 * alone, and nothing of what the model was compiled from.
 */
@NullMarked
package io.ganglion.compiler.backend.savedmodel;

import org.jspecify.annotations.NullMarked;
