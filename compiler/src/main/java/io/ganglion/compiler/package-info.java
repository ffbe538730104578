/**
 * The compiler's commands and its pipeline: read a SavedModel, recognise BERT in it, write an
 * artifact, prove that both answer alike.
 */
@NullMarked
package io.ganglion.compiler;

import org.jspecify.annotations.NullMarked;
