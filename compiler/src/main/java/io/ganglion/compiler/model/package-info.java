/**
 * BERT as the compiler understands it, free of the source's graph: dimensions, head, and every
 * weight as a tensor that is read when asked for. BERT's forward is spelled here, over operations
 * that each form of program says in its own way. Back ends build on it.
 */
@NullMarked
package io.ganglion.compiler.model;

import org.jspecify.annotations.NullMarked;
