/**
 * Passes that rewrite graphs, one class for each. All are pure. Each keeps what the graph computes,
 * unless it says otherwise.
 */
@NullMarked
package io.ganglion.compiler.pass;

import org.jspecify.annotations.NullMarked;
