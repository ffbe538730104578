/** The rewritten graph as a SavedModel, and its run in TensorFlow. */
@NullMarked
package io.ganglion.compiler.emit.savedmodel;

import org.jspecify.annotations.NullMarked;
