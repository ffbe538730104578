/**
 * Writes the Neuron-compatible graph of a BERT model as a SavedModel that TensorFlow can run: what
 * the host and the core compute, spelled out.
 */
@NullMarked
package io.ganglion.compiler.backend.savedmodel;

import org.jspecify.annotations.NullMarked;
