/**
 * Finds BERT in a graph by its structure and by what its parts compute, never by the names of its
 * nodes. Messages name the first node that does not fit.
 */
@NullMarked
package io.ganglion.compiler.recognise;

import org.jspecify.annotations.NullMarked;
