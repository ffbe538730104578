package io.ganglion.compiler.tune;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.source.Source;
import io.ganglion.compiler.source.Sources;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The encoder of a model of any kind that can be compiled. Its pooler and its head belong to what
 * it was trained for, so those of the classifier are new.
 *
 * @param path of the model
 */
public record ModelStart(Path path) implements StartingPoint {
  private static final double USUAL_DROPOUT = 0.1;
  private static final double USUAL_DEVIATION = 0.02;

  @Override
  public BertConfig config(int vocabularySize, int maxLength) throws CompileException {
    BertModel model = open().model();
    ModelDimensions sizes = model.dimensions();
    requireTrainable(model);
    return new BertConfig(
        sizes.vocabularySize(),
        sizes.hiddenSize(),
        sizes.layers(),
        sizes.heads(),
        sizes.intermediateSize(),
        sizes.maxPositions(),
        sizes.segments(),
        model.activation(),
        USUAL_DROPOUT,
        USUAL_DROPOUT,
        USUAL_DEVIATION);
  }

  @Override
  public Map<String, float[]> weights(BertConfig config, long seed, Consumer<String> notes)
      throws CompileException {
    Map<String, Weight> placed = placed(open().model());
    Map<String, float[]> values = new LinkedHashMap<>();
    int fresh = 0;
    for (Parameter parameter : Parameter.of(config, PairLabels.COUNT)) {
      Weight weight = placed.get(parameter.name());
      fresh += weight == null ? 1 : 0;
      values.put(
          parameter.name(),
          weight == null ? parameter.fresh(seed, config.initializerRange()) : weight.read());
    }
    notes.accept(
        "%s: %d tensors of its encoder, %d new for pooler and classifier"
            .formatted(path, placed.size(), fresh));
    return values;
  }

  @Override
  public String identity() throws CompileException {
    return "from " + path.getFileName() + " " + open().digest(Progress.SILENT);
  }

  private Source open() throws CompileException {
    return Sources.installed().open(path, null, Progress.SILENT);
  }

  /** Refuses an encoder that training would compute otherwise than its source. */
  private void requireTrainable(BertModel model) throws CompileException {
    double usualScale = 1 / Math.sqrt(model.dimensions().headSize());
    require(
        model.layers().stream()
            .allMatch(layer -> Math.abs(layer.queryScale() - usualScale) <= 1e-6 * usualScale),
        "it scales attention scores by another factor than 1 / sqrt(head size)");
    require(
        model.layerNormEpsilon() == (float) BertForward.LAYER_NORM_EPSILON,
        "the epsilon of its layer norms is " + model.layerNormEpsilon());
    require(
        model.activation() == Activation.GELU_ERF || model.activation() == Activation.GELU_TANH,
        "its activation is no GELU");
    require(model.projection() == null, "its embeddings are narrower than its layers");
  }

  private void require(boolean usual, String otherwise) throws CompileException {
    if (!usual) {
      throw new CompileException(
          "%s cannot be trained: %s, which tune does not compute; start from another model of BERT."
              .formatted(path, otherwise));
    }
  }

  /** The encoder's weights under the names that they have in training. */
  private static Map<String, Weight> placed(BertModel model) {
    Map<String, Weight> placed = new LinkedHashMap<>();
    String embeddings = "bert/embeddings/";
    placed.put(embeddings + "word_embeddings", model.words());
    placed.put(embeddings + "token_type_embeddings", model.segments());
    placed.put(embeddings + "position_embeddings", model.positions());
    put(placed, embeddings + "LayerNorm", model.embeddingsNorm());
    for (int i = 0; i < model.layers().size(); i++) {
      EncoderLayer layer = model.layers().get(i);
      String name = "bert/encoder/layer_" + i + "/";
      put(placed, name + "attention/self/query", layer.query());
      put(placed, name + "attention/self/key", layer.key());
      put(placed, name + "attention/self/value", layer.value());
      put(placed, name + "attention/output/dense", layer.attentionOutput());
      put(placed, name + "attention/output/LayerNorm", layer.attentionNorm());
      put(placed, name + "intermediate/dense", layer.intermediate());
      put(placed, name + "output/dense", layer.output());
      put(placed, name + "output/LayerNorm", layer.outputNorm());
    }
    return placed;
  }

  private static void put(Map<String, Weight> placed, String name, Dense dense) {
    placed.put(name + "/kernel", dense.kernel());
    placed.put(name + "/bias", dense.bias());
  }

  private static void put(Map<String, Weight> placed, String name, LayerNorm norm) {
    placed.put(name + "/gamma", norm.gamma());
    placed.put(name + "/beta", norm.beta());
  }
}
