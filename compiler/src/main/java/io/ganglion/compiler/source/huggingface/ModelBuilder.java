package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.source.huggingface.Family.Part;
import io.ganglion.runtime.model.ModelDimensions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the model that is compiled from a folder. Its weights stay on disk. */
final class ModelBuilder {
  private final Checkpoint weights;
  private final EncoderConfig config;

  private ModelBuilder(Checkpoint weights, EncoderConfig config) {
    this.weights = weights;
    this.config = config;
  }

  static BertModel of(FolderModel folder) throws CompileException {
    return new ModelBuilder(folder.weights(), folder.config().encoder()).build(folder.head());
  }

  private BertModel build(HeadPlan plan) throws CompileException {
    int width = config.embedding();
    ModelDimensions dimensions =
        new ModelDimensions(
            config.vocabulary(),
            config.positions() - config.firstPosition(),
            Math.max(1, config.segments()),
            width,
            config.hidden(),
            config.layers(),
            config.heads(),
            config.intermediate());
    List<EncoderLayer> layers = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      layers.add(layer(layer));
    }
    List<HeadDense> head = new ArrayList<>();
    for (HeadPlan.Step step : plan.steps()) {
      head.add(head(step));
    }
    return new BertModel(
        dimensions,
        plan.task(),
        config.activation(),
        (float) config.epsilon(),
        weight(weights.tensor(Family.WORDS, config.vocabulary(), width)),
        weight(weights.tensor(Family.POSITIONS, config.positions(), width))
            .rows(config.firstPosition(), dimensions.maxPositions()),
        segments(width),
        norm(Family.EMBEDDINGS_NORM, width),
        width == config.hidden() ? null : dense(Family.PROJECTION, width, config.hidden()),
        layers,
        head);
  }

  /** A model without segments has a table of one row of zeros. */
  private Weight segments(int width) throws CompileException {
    return config.segments() == 0
        ? Weight.zeros(Family.SEGMENTS, width).reshaped(List.of(1, width))
        : weight(weights.tensor(Family.SEGMENTS, config.segments(), width));
  }

  private EncoderLayer layer(int layer) throws CompileException {
    int hidden = config.hidden();
    int inner = config.intermediate();
    return new EncoderLayer(
        dense(layer, Part.QUERY, hidden, hidden),
        dense(layer, Part.KEY, hidden, hidden),
        dense(layer, Part.VALUE, hidden, hidden),
        (float) (1 / Math.sqrt((double) hidden / config.heads())),
        dense(layer, Part.ATTENTION_OUTPUT, hidden, hidden),
        norm(config.family().layer(layer, Part.ATTENTION_NORM), hidden),
        dense(layer, Part.INTERMEDIATE, hidden, inner),
        dense(layer, Part.OUTPUT, inner, hidden),
        norm(config.family().layer(layer, Part.OUTPUT_NORM), hidden));
  }

  private Dense dense(int layer, Part part, int inputs, int outputs) throws CompileException {
    return dense(config.family().layer(layer, part), inputs, outputs);
  }

  private Dense dense(String name, int inputs, int outputs) throws CompileException {
    return new Dense(
        weight(weights.tensor(name + ".weight", outputs, inputs)).transposed(),
        weight(weights.tensor(name + ".bias", outputs)));
  }

  private LayerNorm norm(String name, int size) throws CompileException {
    return new LayerNorm(
        weight(weights.tensor(name + ".weight", size)),
        weight(weights.tensor(name + ".bias", size)));
  }

  private static HeadDense head(HeadPlan.Step step) throws CompileException {
    Optional<Checkpoint.Tensor> bias = step.offset();
    return new HeadDense(
        step.name(),
        new Dense(
            weight(step.kernel()).transposed(),
            bias.isPresent()
                ? weight(bias.get())
                : Weight.zeros(step.tensor() + ".bias", step.outputs())),
        step.activation());
  }

  private static Weight weight(Checkpoint.Tensor tensor) {
    return Weight.of(tensor.spec().name(), tensor.shape(), tensor::read);
  }
}
