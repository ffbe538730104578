/**
 * Writes a BERT model as an artifact for the CPU core, and quantizes its encoder matrices to int8.
 * Each matrix's inputs are measured on calibration pairs. The scales of its outputs, and of its
 * input columns where these do not get theirs token by token, are chosen for the least error. Knows
 * nothing about TensorFlow.
 */
@NullMarked
package io.ganglion.compiler.backend.cpu;

import org.jspecify.annotations.NullMarked;
