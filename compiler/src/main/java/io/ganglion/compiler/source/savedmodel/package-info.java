/** Runs the SavedModel or frozen graph that is compiled, and finds what it brings with it. */
@NullMarked
package io.ganglion.compiler.source.savedmodel;

import org.jspecify.annotations.NullMarked;
