/**
 * Fine-tuning: trains a checkpoint on GLUE-style text pairs and writes a checkpoint and a
 * SavedModel, by the recipe of run_classifier.py. Trains with TensorFlow's graphs and gradients.
 * Knows nothing about artifacts.
 */
@NullMarked
package io.ganglion.compiler.tune;

import org.jspecify.annotations.NullMarked;
