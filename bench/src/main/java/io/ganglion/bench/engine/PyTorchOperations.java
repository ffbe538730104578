package io.ganglion.bench.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import io.ganglion.compiler.model.Operations;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.WeightSchema;
import java.util.Map;

/**
 * The steps of BERT as PyTorch runs them one by one, values being [batch, length, columns].
 * Thread-safe; a result belongs to the manager of the first operand.
 *
 * @param manifest of the model
 * @param weights by their names in {@link WeightSchema}; those of dense layers as [outputs, inputs]
 * @param softmax over the last axis
 * @param geluTanh GELU in its tanh form
 */
record PyTorchOperations(
    ModelManifest manifest,
    Map<String, NDArray> weights,
    TorchProgram softmax,
    TorchProgram geluTanh)
    implements Operations<NDArray> {
  private static final float SIGMOID_GELU_SCALE = 1.702f;

  /** Rows of a table. */
  NDArray lookUp(NDArray ids, String table) {
    return only(ids.getNDArrayInternal().embedding(ids, weight(table), SparseFormat.DENSE));
  }

  /** A weight by its name. */
  NDArray weight(String name) {
    NDArray weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("The model has no tensor " + name);
    }
    return weight;
  }

  @Override
  public Projections<NDArray> projections(NDArray x, int layer) {
    ModelDimensions dimensions = manifest.dimensions();
    int hidden = dimensions.hiddenSize();
    NDArray all = dense(x, WeightSchema.Dense.QKV, layer);
    Shape split =
        new Shape(
            x.getShape().get(0), x.getShape().get(1), dimensions.heads(), dimensions.headSize());
    return part -> {
      int from = part.third() * hidden;
      NDArray columns = all.get(new NDIndex(":, :, {}:{}", from, from + hidden));
      return columns.reshape(split).transpose(0, 2, 1, 3);
    };
  }

  /** The stored weights of the query are scaled already. */
  @Override
  public NDArray scores(NDArray query, NDArray key, int layer) {
    return query.matMul(key.transpose(0, 1, 3, 2));
  }

  @Override
  public NDArray addMask(NDArray scores, NDArray mask) {
    return scores.addi(mask);
  }

  @Override
  public NDArray softmax(NDArray scores) {
    return softmax.run(scores);
  }

  @Override
  public NDArray context(NDArray shares, NDArray values) {
    Shape shape = values.getShape();
    return shares
        .matMul(values)
        .transpose(0, 2, 1, 3)
        .reshape(shape.get(0), shape.get(2), manifest.dimensions().hiddenSize());
  }

  @Override
  public NDArray dense(NDArray x, WeightSchema.Dense dense, int layer) {
    return dense(x, dense.name(layer));
  }

  @Override
  public NDArray dense(NDArray x, HeadLayer layer) {
    return dense(x, layer.name());
  }

  private NDArray dense(NDArray x, String name) {
    NDArray weight = weight(name + ".weight");
    return only(x.getNDArrayInternal().linear(x, weight, weight(name + ".bias")));
  }

  @Override
  public NDArray add(NDArray a, NDArray b) {
    return a.add(b);
  }

  @Override
  public NDArray layerNorm(NDArray x, String name) {
    NDArray gamma = weight(name + ".gamma");
    NDArray beta = weight(name + ".beta");
    Shape columns = new Shape(manifest.dimensions().hiddenSize());
    float epsilon = manifest.layerNormEpsilon();
    return only(x.getNDArrayInternal().layerNorm(x, columns, gamma, beta, epsilon));
  }

  @Override
  public NDArray activate(NDArray x, Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case TANH -> x.tanh();
      case RELU -> x.getNDArrayInternal().relu();
      case SIGMOID -> sigmoid(x);
      case SILU -> sigmoid(x).muli(x);
      case GELU_ERF -> x.getNDArrayInternal().gelu();
      case GELU_TANH -> geluTanh.run(x);
      case GELU_SIGMOID -> sigmoid(x.mul(SIGMOID_GELU_SCALE)).muli(x);
    };
  }

  private static NDArray sigmoid(NDArray x) {
    return x.getNDArrayInternal().sigmoid();
  }

  private static NDArray only(NDList list) {
    return list.singletonOrThrow();
  }
}
