/**
 * Writes the Neuron-compatible graph of a BERT model as a SavedModel that TensorFlow can run, with
 * the operators of host and core. Accesses TensorFlow's files only through {@code savedmodel}.
 * Knows nothing about the model's source.
 */
@NullMarked
package io.ganglion.compiler.backend.savedmodel;

import org.jspecify.annotations.NullMarked;
