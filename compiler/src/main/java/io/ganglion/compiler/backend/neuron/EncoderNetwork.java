package io.ganglion.compiler.backend.neuron;

import io.ganglion.compiler.CompileException;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.runtime.model.Gelu;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.model.WeightSchema.Dense;

/**
 * The part of a BERT classifier that runs on a NeuronCore, told once for every format: encoder,
 * pooler and head. The host has done embeddings and their layer norm, and does the softmax.
 *
 * @param <T> a value of the program
 */
final class EncoderNetwork<T> {
  private final EncoderShape shape;
  private final Ops<T> ops;

  private EncoderNetwork(EncoderShape shape, Ops<T> ops) {
    this.shape = shape;
    this.ops = ops;
  }

  static <T> void emit(EncoderShape shape, Ops<T> ops) throws CompileException {
    new EncoderNetwork<>(shape, ops).emit();
  }

  private void emit() throws CompileException {
    int batch = shape.batchSize();
    int length = shape.length();
    T x = ops.input(NeuronProgram.EMBEDDINGS, batch, length, shape.hidden());
    T mask = ops.input(NeuronProgram.MASK_BIAS, batch, 1, 1, length);
    x = ops.reshape(x, shape.rows(), shape.hidden());
    for (int layer = 0; layer < shape.manifest().dimensions().layers(); layer++) {
      x = layer(x, mask, layer);
    }
    ops.output(NeuronProgram.LOGITS, head(firstTokens(x)));
  }

  private T layer(T x, T mask, int layer) throws CompileException {
    ModelDimensions dimensions = shape.manifest().dimensions();
    float epsilon = shape.manifest().layerNormEpsilon();
    T context = attention(narrowDense(x, Dense.QKV, layer), mask);
    T attended = ops.add(x, narrowDense(context, Dense.ATTENTION_OUTPUT, layer));
    T normed =
        ops.layerNorm(attended, WeightSchema.attentionLayerNorm(layer), epsilon, shape.norms());
    T wide = gelu(narrowDense(normed, Dense.INTERMEDIATE, layer), shape.manifest().gelu());
    String output = Dense.OUTPUT.name(layer);
    T sum = ops.add(normed, ops.dense(wide, output, dimensions.hiddenSize(), true));
    return ops.layerNorm(sum, WeightSchema.outputLayerNorm(layer), epsilon, shape.norms());
  }

  private T narrowDense(T x, Dense dense, int layer) throws CompileException {
    return ops.dense(x, dense.name(layer), dense.outputs(shape.manifest().dimensions()), true);
  }

  /** From [rows, 3 * hidden]; the query is scaled in its weight already. */
  private T attention(T qkv, T mask) throws CompileException {
    T scores = ops.batchProduct(heads(qkv, 0), heads(qkv, 1), true);
    T attention = ops.softmax(ops.addMask(scores, mask));
    T context = ops.batchProduct(attention, heads(qkv, 2), false);
    return ops.reshape(ops.transpose(context, 0, 2, 1, 3), shape.rows(), shape.hidden());
  }

  private T heads(T qkv, int part) throws CompileException {
    ModelDimensions dimensions = shape.manifest().dimensions();
    int from = part * shape.hidden();
    T columns = ops.columns(qkv, from, from + shape.hidden());
    T split =
        ops.reshape(
            columns, shape.batchSize(), shape.length(), dimensions.heads(), dimensions.headSize());
    return ops.transpose(split, 0, 2, 1, 3);
  }

  /** [CLS] is the first of each row's tokens, so it is the first columns of a row laid flat. */
  private T firstTokens(T x) throws CompileException {
    int width = Math.multiplyExact(shape.length(), shape.hidden());
    return ops.columns(ops.reshape(x, shape.batchSize(), width), 0, shape.hidden());
  }

  private T head(T first) throws CompileException {
    T y = ops.tanh(ops.dense(first, WeightSchema.POOLER, shape.hidden(), false));
    for (HeadLayer layer : shape.manifest().head()) {
      y = activation(ops.dense(y, layer.name(), layer.outputs(), false), layer.activation());
    }
    return y;
  }

  private T activation(T x, HeadLayer.Activation activation) throws CompileException {
    return switch (activation) {
      case NONE -> x;
      case TANH -> ops.tanh(x);
      case RELU -> ops.relu(x);
      case GELU_ERF -> gelu(x, Gelu.ERF);
      case GELU_TANH -> gelu(x, Gelu.TANH);
      case SIGMOID -> sigmoid(x);
    };
  }

  private T gelu(T x, Gelu gelu) throws CompileException {
    return switch (gelu) {
      case ERF -> half(x, ops.erf(ops.times(x, (float) Math.sqrt(0.5))));
      case TANH -> {
        T cube = ops.times(ops.multiply(ops.multiply(x, x), x), 0.044715f);
        yield half(x, ops.tanh(ops.times(ops.add(x, cube), (float) Math.sqrt(2 / Math.PI))));
      }
      case SIGMOID -> ops.multiply(x, sigmoid(ops.times(x, 1.702f)));
    };
  }

  /** {@code x * 0.5 * (1 + y)} */
  private T half(T x, T y) throws CompileException {
    return ops.multiply(ops.times(x, 0.5f), ops.plus(y, 1));
  }

  /** By tanh, which every NeuronCore has a table for. */
  private T sigmoid(T x) throws CompileException {
    return ops.times(ops.plus(ops.tanh(ops.times(x, 0.5f)), 1), 0.5f);
  }
}
