package io.ganglion.compiler.recognise;

import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;

/** Checks that all weights of a model fit each other. */
final class ShapeCheck {
  private final int embedding;
  private final int hidden;
  private final int intermediate;

  private ShapeCheck(BertModel model) {
    this.embedding = model.dimensions().embeddingSize();
    this.hidden = model.dimensions().hiddenSize();
    this.intermediate = model.dimensions().intermediateSize();
  }

  static void check(BertModel model) {
    ShapeCheck check = new ShapeCheck(model);
    check.table(model.words());
    check.table(model.positions());
    check.table(model.segments());
    norm(model.embeddingsNorm(), check.embedding);
    Dense projection = model.projection();
    if (projection != null) {
      check.dense(projection, check.embedding, check.hidden);
    }
    for (EncoderLayer layer : model.layers()) {
      check.dense(layer.query(), check.hidden, check.hidden);
      check.dense(layer.key(), check.hidden, check.hidden);
      check.dense(layer.value(), check.hidden, check.hidden);
      check.dense(layer.attentionOutput(), check.hidden, check.hidden);
      norm(layer.attentionNorm(), check.hidden);
      check.dense(layer.intermediate(), check.hidden, check.intermediate);
      check.dense(layer.output(), check.intermediate, check.hidden);
      norm(layer.outputNorm(), check.hidden);
    }
    int width = check.hidden;
    for (HeadDense layer : model.head()) {
      check.dense(layer.dense(), width, layer.dense().outputs());
      width = layer.dense().outputs();
    }
  }

  private void table(Weight table) {
    if (table.shape().get(1) != embedding) {
      throw new Misfit(
          "the embedding table "
              + table
              + " is not as wide as the encoder ("
              + embedding
              + "), so this looks like ALBERT or ELECTRA");
    }
  }

  private static void norm(LayerNorm norm, int width) {
    if (norm.gamma().elements() != width) {
      throw new Misfit(
          "the layer norm weight " + norm.gamma() + " should have " + width + " values");
    }
  }

  private void dense(Dense dense, int inputs, int outputs) {
    if (dense.inputs() != inputs || dense.outputs() != outputs) {
      throw new Misfit(
          "the kernel "
              + dense.kernel()
              + " should have the shape ["
              + inputs
              + ", "
              + outputs
              + "]");
    }
  }
}
