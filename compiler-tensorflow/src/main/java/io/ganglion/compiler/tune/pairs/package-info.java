/**
 * Generates labelled sentence pairs. Both sentences tell the same invented fact (a paraphrase), or
 * the second tells a changed fact. Plain Java; knows nothing about models.
 */
@NullMarked
package io.ganglion.compiler.tune.pairs;

import org.jspecify.annotations.NullMarked;
