/**
 * The seam: {@link NeuronCore}, the data that crosses it, and {@link CoreProvider}, by which cores
 * are found. Nothing here knows how any core works.
 */
@NullMarked
package io.ganglion.runtime.core;

import org.jspecify.annotations.NullMarked;
