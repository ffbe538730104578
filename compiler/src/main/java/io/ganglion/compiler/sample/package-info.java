/**
 * Makes BERT classifiers with seeded random weights, as SavedModels that look like an estimator
 * export of google-research/bert: to try Ganglion without a model, and to test it with any shape.
 */
@NullMarked
package io.ganglion.compiler.sample;

import org.jspecify.annotations.NullMarked;
