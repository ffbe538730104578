/**
 * Sample models and fine-tuned ones as SavedModels like the estimator exports of
 * google-research/bert.
 */
@NullMarked
package io.ganglion.compiler.sample.savedmodel;

import org.jspecify.annotations.NullMarked;
