/**
 * A small, immutable dataflow graph: nodes, edges, attributes, constants. Operator names and
 * semantics are TensorFlow's. Knows nothing about files or TensorFlow's classes.
 */
@NullMarked
package io.ganglion.compiler.graph;

import org.jspecify.annotations.NullMarked;
