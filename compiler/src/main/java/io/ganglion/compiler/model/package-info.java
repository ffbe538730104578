/**
 * BERT as the compiler understands it, independent of the source's graph: dimensions, head, and
 * every weight as a tensor that is read on demand. BERT's forward pass is written here once, over
 * operations that each form of program implements. Back ends build on it.
 */
@NullMarked
package io.ganglion.compiler.model;

import org.jspecify.annotations.NullMarked;
