/**
 * The Neuron-compatible graph: a recognised model is written as one canonical graph, then rewritten
 * pass by pass and partitioned. Report, manifest and emitted SavedModel come from the result.
 */
@NullMarked
package io.ganglion.compiler.rewrite;

import org.jspecify.annotations.NullMarked;
