/**
 * NeuronCores of Inferentia and Trainium behind the seam, through {@code libnrt}: NEFFs, device
 * tensors, status codes. No handle of the library leaves this package. Written against the
 * published interface and proven against a functional fake of it; not yet run on a device.
 */
@NullMarked
package io.ganglion.core.nrt;

import org.jspecify.annotations.NullMarked;
