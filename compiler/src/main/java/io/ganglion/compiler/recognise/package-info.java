/**
 * Finds BERT in a graph by its structure and by what its parts compute, never by the names of its
 * nodes. What does not fit is named.
 */
@NullMarked
package io.ganglion.compiler.recognise;

import org.jspecify.annotations.NullMarked;
