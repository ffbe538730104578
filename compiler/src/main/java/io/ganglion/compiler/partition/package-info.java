/** Decides which of a graph's operators run on a core, from what each target supports. */
@NullMarked
package io.ganglion.compiler.partition;

import org.jspecify.annotations.NullMarked;
