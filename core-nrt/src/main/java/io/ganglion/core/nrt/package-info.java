/**
 * NeuronCores of Inferentia and Trainium, through {@code libnrt}: NEFFs, device tensors, status
 * codes. No handle of the library leaves this package. Written against the published interface and
 * tested with a functional fake; not yet run on a device.
 */
@NullMarked
package io.ganglion.core.nrt;

import org.jspecify.annotations.NullMarked;
