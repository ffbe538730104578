/**
 * Fine-tuning: GLUE-style text pairs and a checkpoint in, a trained checkpoint and a SavedModel
 * out, by the recipe of run_classifier.py. Trains through TensorFlow's graph and its gradients;
 * knows nothing of artifacts.
 */
@NullMarked
package io.ganglion.compiler.tune;

import org.jspecify.annotations.NullMarked;
