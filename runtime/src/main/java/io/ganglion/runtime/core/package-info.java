/**
 * The seam: {@link NeuronCore} and the data that crosses it. Nothing here knows how any core works.
 */
@NullMarked
package io.ganglion.runtime.core;

import org.jspecify.annotations.NullMarked;
