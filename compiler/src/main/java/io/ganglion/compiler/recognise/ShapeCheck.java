package io.ganglion.compiler.recognise;

import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;

/** Checks that all weights of a model fit each other. */
final class ShapeCheck {
  private final int hidden;
  private final int intermediate;

  private ShapeCheck(BertModel model) {
    this.hidden = model.dimensions().hiddenSize();
    this.intermediate = model.dimensions().intermediateSize();
  }

  static void check(BertModel model) {
    ShapeCheck check = new ShapeCheck(model);
    check.table(model.words());
    check.table(model.positions());
    check.table(model.segments());
    check.norm(model.embeddingsNorm());
    for (EncoderLayer layer : model.layers()) {
      check.dense(layer.query(), check.hidden, check.hidden);
      check.dense(layer.key(), check.hidden, check.hidden);
      check.dense(layer.value(), check.hidden, check.hidden);
      check.dense(layer.attentionOutput(), check.hidden, check.hidden);
      check.norm(layer.attentionNorm());
      check.dense(layer.intermediate(), check.hidden, check.intermediate);
      check.dense(layer.output(), check.intermediate, check.hidden);
      check.norm(layer.outputNorm());
    }
    int width = check.hidden;
    for (HeadDense layer : model.head()) {
      check.dense(layer.dense(), width, layer.dense().outputs());
      width = layer.dense().outputs();
    }
  }

  private void table(Weight table) {
    if (table.shape().get(1) != hidden) {
      throw new Misfit(
          "the embedding table "
              + table
              + " is not as wide as the encoder ("
              + hidden
              + "), so this looks like ALBERT or ELECTRA");
    }
  }

  private void norm(LayerNorm norm) {
    if (norm.gamma().elements() != hidden) {
      throw new Misfit(
          "the layer norm weight " + norm.gamma() + " should have " + hidden + " values");
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
