/**
 * Writes a BERT model as an artifact for the CPU core, and quantizes its encoder matrices to int8.
 * Each matrix's inputs are measured on calibration pairs, and its scales are chosen for the least
 * error. Knows nothing about TensorFlow.
 */
@NullMarked
package io.ganglion.compiler.backend.cpu;

import org.jspecify.annotations.NullMarked;
