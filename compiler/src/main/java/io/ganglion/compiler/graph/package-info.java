/**
 * A small, immutable form of a dataflow graph: nodes, edges, attributes, constants. Knows nothing
 * of files or of TensorFlow's classes; operator names and semantics are TensorFlow's.
 */
@NullMarked
package io.ganglion.compiler.graph;

import org.jspecify.annotations.NullMarked;
