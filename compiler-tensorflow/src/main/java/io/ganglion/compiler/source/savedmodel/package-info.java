/**
 * SavedModels of TensorFlow 1 and 2 and frozen graphs as sources. BERT is found in the graph by its
 * structure, and TensorFlow runs the model for comparison.
 */
@NullMarked
package io.ganglion.compiler.source.savedmodel;

import org.jspecify.annotations.NullMarked;
