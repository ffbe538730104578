/**
 * Makes BERT classifiers with seeded random weights, as SavedModels like the estimator exports of
 * google-research/bert. They serve to try Ganglion without a model and to test it with any shape.
 */
@NullMarked
package io.ganglion.compiler.sample;

import org.jspecify.annotations.NullMarked;
