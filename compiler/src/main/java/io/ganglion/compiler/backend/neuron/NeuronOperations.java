package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.model.EncoderForward;
import io.ganglion.compiler.model.Operations;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.WeightSchema;

/**
 * Builds the part of the forward pass that runs on a NeuronCore from simple operators with fixed
 * shapes: encoder and head. The host computes the embeddings with their layer norm, and the
 * softmax. Query, key and value are one product, and the query's weight is scaled already. All
 * values are fp32, but inputs of the program and operations marked {@code narrow} are rounded to
 * its narrow type. Not thread-safe.
 *
 * @param <T> a value of the program
 */
abstract class NeuronOperations<T> implements Operations<T> {
  private final EncoderShape shape;
  private final ModelDimensions dimensions;

  NeuronOperations(EncoderShape shape) {
    this.shape = shape;
    this.dimensions = shape.manifest().dimensions();
  }

  /** An input of the narrow type, widened to fp32. */
  abstract T input(String name, int... sizes);

  /**
   * {@code x * weight + bias} of [rows, inputs], with the schema's name. If narrow, both factors
   * are rounded to the narrow type, and the sum is fp32.
   */
  abstract T dense(T x, String name, int outputs, boolean narrow);

  /** A narrow product over the last axes of [batch, heads, a, b], with an fp32 sum. */
  abstract T batchProduct(T left, T right, boolean transposeRight);

  /** Columns {@code from} to {@code to} of [rows, columns]. */
  abstract T columns(T x, int from, int to);

  abstract T reshape(T x, int... sizes);

  abstract T transpose(T x, int... permutation);

  abstract T multiply(T a, T b);

  abstract T plus(T a, float b);

  abstract T times(T a, float b);

  /**
   * A layer norm over the columns of [rows, columns], with the gamma and beta of this name in the
   * schema. In a 16-bit type, rows are rounded at each step. Sums over a row are fp32, because 16
   * bits cannot hold them, and so is the scale until it is applied.
   */
  abstract T layerNorm(T x, String name, float epsilon, NeuronType type);

  abstract T erf(T x);

  abstract T tanh(T x);

  abstract T relu(T x);

  /** Sets the program's only output, in fp32. */
  abstract void output(String name, T value);

  /** Builds the whole program. */
  final void emit() {
    int batch = shape.batchSize();
    int length = shape.length();
    int hidden = shape.hidden();
    ModelManifest manifest = shape.manifest();
    T embeddings = input(NeuronProgram.EMBEDDINGS, batch, length, hidden);
    T mask = input(NeuronProgram.MASK_BIAS, batch, 1, 1, length);
    EncoderForward<T> forward =
        new EncoderForward<>(dimensions, manifest.activation(), manifest.head(), this);
    T rows = forward.encoder(reshape(embeddings, shape.rows(), hidden), mask);
    // With each text laid flat in a row, the first columns are its first token.
    T flat = reshape(rows, batch, Math.multiplyExact(length, hidden));
    output(NeuronProgram.LOGITS, forward.outputs(columns(flat, 0, hidden)));
  }

  @Override
  public Projections<T> projections(T x, int layer) {
    T all = dense(x, WeightSchema.Dense.QKV, layer);
    int hidden = shape.hidden();
    return part -> {
      int from = part.third() * hidden;
      T columns = columns(all, from, from + hidden);
      T split =
          reshape(
              columns,
              shape.batchSize(),
              shape.length(),
              dimensions.heads(),
              dimensions.headSize());
      return transpose(split, 0, 2, 1, 3);
    };
  }

  @Override
  public T scores(T query, T key, int layer) {
    return batchProduct(query, key, true);
  }

  @Override
  public T context(T shares, T values) {
    T context = batchProduct(shares, values, false);
    return reshape(transpose(context, 0, 2, 1, 3), shape.rows(), shape.hidden());
  }

  @Override
  public T dense(T x, WeightSchema.Dense dense, int layer) {
    return dense(x, dense.name(layer), dense.outputs(dimensions), true);
  }

  @Override
  public T dense(T x, HeadLayer layer) {
    return dense(x, layer.name(), layer.outputs(), false);
  }

  @Override
  public T layerNorm(T x, String name) {
    return layerNorm(x, name, shape.manifest().layerNormEpsilon(), shape.norms());
  }

  @Override
  public T activate(T x, Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case TANH -> tanh(x);
      case RELU -> relu(x);
      case SIGMOID -> sigmoid(x);
      case SILU -> multiply(x, sigmoid(x));
      case GELU_ERF -> half(x, erf(times(x, (float) Math.sqrt(0.5))));
      case GELU_TANH -> {
        T cube = times(multiply(multiply(x, x), x), 0.044715f);
        yield half(x, tanh(times(add(x, cube), (float) Math.sqrt(2 / Math.PI))));
      }
      case GELU_SIGMOID -> multiply(x, sigmoid(times(x, 1.702f)));
    };
  }

  /** {@code x * 0.5 * (1 + y)} */
  private T half(T x, T y) {
    return multiply(times(x, 0.5f), plus(y, 1));
  }

  /** The sigmoid by tanh, for which every NeuronCore has a table. */
  private T sigmoid(T x) {
    return times(plus(tanh(times(x, 0.5f)), 1), 0.5f);
  }
}
