package io.ganglion.compiler.sample.huggingface;

import io.ganglion.compiler.graph.Variables.Variable;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.sample.Classifier;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.sample.SampleWeights;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A sample model. Its weights are those that a SavedModel of the same settings has, and are made
 * when they are read.
 */
final class SampleModel {
  private final SampleConfig config;
  private final SampleWeights weights;

  SampleModel(SampleConfig config) {
    this.config = config;
    this.weights = new SampleWeights(config);
  }

  /** The encoder and the pooler, as an embedding. */
  BertModel pooled() {
    return model(Task.embedding(Pooling.FIRST, false), List.of(pooler()));
  }

  /** All of the model. */
  BertModel classifier(Classifier fitted) {
    int hidden = config.dimensions().hiddenSize();
    Dense last =
        new Dense(
            Weight.of("classifier", List.of(config.labels(), hidden), fitted::weights).transposed(),
            Weight.of("classifier bias", List.of(config.labels()), fitted::bias));
    boolean regression = config.labels() == 1;
    return model(
        Task.classification(regression ? OutputActivation.IDENTITY : OutputActivation.SOFTMAX),
        List.of(pooler(), new HeadDense("classifier", last, Activation.NONE)));
  }

  private BertModel model(Task task, List<HeadDense> head) {
    ModelDimensions d = config.dimensions();
    int hidden = d.hiddenSize();
    List<EncoderLayer> layers = new ArrayList<>();
    IntStream.range(0, d.layers()).mapToObj(this::layer).forEach(layers::add);
    return new BertModel(
        d,
        task,
        config.activation(),
        SampleConfig.LAYER_NORM_EPSILON,
        weight("embeddings/word_embeddings", d.vocabularySize(), hidden),
        weight("embeddings/position_embeddings", d.maxPositions(), hidden),
        weight("embeddings/token_type_embeddings", d.segments(), hidden),
        norm("embeddings", hidden),
        null,
        layers,
        head);
  }

  private EncoderLayer layer(int index) {
    int hidden = config.dimensions().hiddenSize();
    int inner = config.dimensions().intermediateSize();
    String name = "encoder/layer_" + index + "/";
    return new EncoderLayer(
        dense(name + "attention/self/query", hidden, hidden),
        dense(name + "attention/self/key", hidden, hidden),
        dense(name + "attention/self/value", hidden, hidden),
        (float) (1 / Math.sqrt(config.dimensions().headSize())),
        dense(name + "attention/output/dense", hidden, hidden),
        norm(name + "attention/output", hidden),
        dense(name + "intermediate/dense", hidden, inner),
        dense(name + "output/dense", inner, hidden),
        norm(name + "output", hidden));
  }

  private HeadDense pooler() {
    int hidden = config.dimensions().hiddenSize();
    return new HeadDense(HeadLayer.POOLER, dense("pooler/dense", hidden, hidden), Activation.TANH);
  }

  private Dense dense(String name, int inputs, int outputs) {
    return new Dense(weight(name + "/kernel", inputs, outputs), weight(name + "/bias", outputs));
  }

  private LayerNorm norm(String place, int size) {
    return new LayerNorm(
        weight(place + "/LayerNorm/gamma", size), weight(place + "/LayerNorm/beta", size));
  }

  private Weight weight(String place, Integer... shape) {
    Variable variable = new Variable(config.scope() + "/" + place, List.of(shape));
    return Weight.of(variable.name(), variable.shape(), () -> weights.of(variable));
  }
}
