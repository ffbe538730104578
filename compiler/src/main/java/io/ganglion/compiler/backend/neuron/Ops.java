package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.CompileException;
import io.ganglion.core.nrt.NeuronType;

/**
 * What a program format must be able to say. All values are fp32; where {@code narrow} is said, or
 * a value is a program's input, the format's narrow type stands in between.
 *
 * @param <T> a value of the program
 */
interface Ops<T> {
  /** An input of the narrow type, widened to fp32. */
  T input(String name, int... shape) throws CompileException;

  /**
   * {@code x * weight + bias} of [rows, inputs]; {@code name} is that of the schema. Narrow: both
   * factors are rounded to the narrow type, the sum is fp32.
   */
  T dense(T x, String name, int outputs, boolean narrow) throws CompileException;

  /** A product over the last axes of [batch, heads, a, b], narrow, with an fp32 sum. */
  T batchProduct(T left, T right, boolean transposeRight) throws CompileException;

  /** Columns {@code from} to {@code to} of [rows, columns]. */
  T columns(T x, int from, int to) throws CompileException;

  T reshape(T x, int... shape) throws CompileException;

  T transpose(T x, int... permutation) throws CompileException;

  T add(T a, T b) throws CompileException;

  T multiply(T a, T b) throws CompileException;

  T plus(T a, float b) throws CompileException;

  T times(T a, float b) throws CompileException;

  /** Adds [batch, 1, 1, length] to every head and row of [batch, heads, length, length]. */
  T addMask(T scores, T mask) throws CompileException;

  /** Over the last axis of four. */
  T softmax(T x) throws CompileException;

  /**
   * Over the columns of [rows, columns], with gamma and beta of this name in the schema. In a
   * 16-bit type every row is rounded to it at each step; sums over a row are fp32, since 16 bits
   * cannot hold them, and so is the scale until it is applied.
   */
  T layerNorm(T x, String name, float epsilon, NeuronType type) throws CompileException;

  T tanh(T x) throws CompileException;

  T erf(T x) throws CompileException;

  /** The larger of each value and 0. */
  T relu(T x) throws CompileException;

  /** The program's one output, fp32. */
  void output(String name, T value) throws CompileException;
}
