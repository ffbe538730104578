/**
 * The compiled-model format, read and written: manifest, safetensors, checksums, versions. Knows
 * nothing of gRPC, TensorFlow or native code.
 */
@NullMarked
package io.ganglion.runtime.artifact;

import org.jspecify.annotations.NullMarked;
