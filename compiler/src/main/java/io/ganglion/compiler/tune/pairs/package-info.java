/**
 * Writes labelled sentence pairs of the project's own: invented facts told twice (a paraphrase), or
 * told once and then told with something changed. Plain Java; knows nothing of models.
 */
@NullMarked
package io.ganglion.compiler.tune.pairs;

import org.jspecify.annotations.NullMarked;
