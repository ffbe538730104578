/**
 * Measures Ganglion against TensorFlow, ONNX Runtime and the roofline of its own matrix
 * multiplications, in one process, on the same weights and the same pairs.
 */
@NullMarked
package io.ganglion.bench;

import org.jspecify.annotations.NullMarked;
