/** Compares a compiled model with its source, and decides whether it is kept. */
@NullMarked
package io.ganglion.compiler.verify;

import org.jspecify.annotations.NullMarked;
