/**
 * TensorFlow's files and its runtime: reads and writes SavedModels and their checkpoints, and runs
 * source models. Only this package and {@code tune}, which trains, use TensorFlow's classes.
 */
@NullMarked
package io.ganglion.compiler.savedmodel;

import org.jspecify.annotations.NullMarked;
