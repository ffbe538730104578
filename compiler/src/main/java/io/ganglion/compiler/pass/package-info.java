/** Rewrites of graphs: one class a pass, each pure, each keeping what the graph computes. */
@NullMarked
package io.ganglion.compiler.pass;

import org.jspecify.annotations.NullMarked;
