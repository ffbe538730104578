/**
 * TensorFlow's files and its runtime: reads and writes SavedModels and their checkpoints, and runs
 * source models. The only package that knows a TensorFlow class.
 */
@NullMarked
package io.ganglion.compiler.savedmodel;

import org.jspecify.annotations.NullMarked;
