/**
 * The seam between the pipeline and the graph's written forms. What implements it knows back ends
 * and sources; the pipeline knows only the seam.
 */
@NullMarked
package io.ganglion.compiler.emit;

import org.jspecify.annotations.NullMarked;
