/**
 * Writes a BERT model as an artifact for the CPU core, and turns its encoder matrices into int8:
 * what each reads is measured on calibration pairs, and scales are chosen matrix by matrix for the
 * least error. Knows nothing of TensorFlow.
 */
@NullMarked
package io.ganglion.compiler.backend.cpu;

import org.jspecify.annotations.NullMarked;
