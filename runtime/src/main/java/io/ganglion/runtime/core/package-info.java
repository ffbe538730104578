/**
 * The seam between serving and cores: {@link NeuronCore}, its inputs and outputs, and {@link
 * CoreProvider}, by which cores are found. Nothing here knows how any core works.
 */
@NullMarked
package io.ganglion.runtime.core;

import org.jspecify.annotations.NullMarked;
