/**
 * TensorFlow's files and its runtime: reads and writes SavedModels and their checkpoints, and runs
 * source models. Beside {@code tune}, which trains, the only package that knows a TensorFlow class.
 */
@NullMarked
package io.ganglion.compiler.savedmodel;

import org.jspecify.annotations.NullMarked;
