package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.runtime.model.Activation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recognises the encoder's layers, last to first. */
final class EncoderMatcher {
  private static final int MAX_LAYERS = 512;

  private final View view;
  private final DenseMatcher dense;
  private final LayerNormMatcher norms;
  private final ActivationMatcher activations;
  private final AttentionMatcher attentions;

  private final boolean relatives;

  /**
   * @param relatives whether embeddings of another width may be projected to the encoder's
   */
  EncoderMatcher(
      View view,
      DenseMatcher dense,
      LayerNormMatcher norms,
      ActivationMatcher activations,
      boolean relatives) {
    this.relatives = relatives;
    this.view = view;
    this.dense = dense;
    this.norms = norms;
    this.activations = activations;
    this.attentions = new AttentionMatcher(view, dense);
  }

  /**
   * An encoder.
   *
   * @param embedded the encoder's input, stripped
   * @param projection dense layer from the embeddings to the encoder; null if there is none
   * @param layers layers, first to last
   * @param heads number of heads of every layer
   * @param activation GELU of every layer
   * @param epsilon epsilon of every layer norm
   * @param maskInputs inputs that the attention mask is computed from
   */
  record Match(
      TensorRef embedded,
      @Nullable Dense projection,
      List<EncoderLayer> layers,
      int heads,
      Activation activation,
      float epsilon,
      Set<TensorRef> maskInputs) {}

  /** One layer, and what it shows about the whole encoder. */
  private record Layer(
      EncoderLayer weights,
      TensorRef input,
      int heads,
      Activation activation,
      float epsilon,
      Set<TensorRef> maskInputs) {}

  Match match(TensorRef encoded) {
    List<EncoderLayer> layers = new ArrayList<>();
    Set<TensorRef> maskInputs = new LinkedHashSet<>();
    TensorRef at = encoded;
    Layer last = null;
    while (layers.size() < MAX_LAYERS && !(relatives && isProjection(at))) {
      Layer layer = layer(at);
      if (layer == null) {
        break;
      }
      if (last != null) {
        requireAlike(last, layer, at);
      }
      last = layer;
      layers.add(0, layer.weights);
      maskInputs.addAll(layer.maskInputs);
      at = layer.input;
    }
    if (last == null) {
      throw new Misfit(view.node(encoded), "no encoder layer ends here");
    }
    DenseMatcher.Match projected = isProjection(at) ? dense.match(at) : null;
    return new Match(
        projected == null ? at : projected.input(),
        projected == null ? null : projected.dense(),
        layers,
        last.heads,
        last.activation,
        last.epsilon,
        maskInputs);
  }

  private void requireAlike(Layer later, Layer layer, TensorRef at) {
    if (later.weights.query().kernel().name().equals(layer.weights.query().kernel().name())) {
      throw new Misfit(view.node(at), "two layers share their weights, so this looks like ALBERT");
    }
    if (later.heads != layer.heads
        || later.activation != layer.activation
        || later.epsilon != layer.epsilon) {
      throw new Misfit(
          view.node(at), "this layer has other heads, GELU or epsilon than the one after it");
    }
  }

  /** The layer that ends at this tensor; null if this tensor is the embeddings. */
  private @Nullable Layer layer(TensorRef at) {
    LayerNormMatcher.Match outputNorm = norms.match(at);
    if (outputNorm == null) {
      throw new Misfit(view.node(at), notNorm(at));
    }
    Residual end = residual(outputNorm.input());
    if (end == null) {
      return null;
    }
    ActivationMatcher.Activated inner = activations.match(end.branch.input());
    if (inner == null) {
      throw new Misfit(
          view.node(end.branch.input()), "the activation of a feed-forward layer should be here");
    }
    LayerNormMatcher.Match attentionNorm = norms.match(end.skip);
    if (attentionNorm == null || !inner.dense().input().equals(end.skip)) {
      throw new Misfit(
          inner.dense().node(), "its input is not the layer norm that follows the attention");
    }
    Residual middle = residual(attentionNorm.input());
    if (middle == null) {
      throw new Misfit(view.node(attentionNorm.input()), "the residual of attention is missing");
    }
    AttentionMatcher.Match attention = attentions.match(middle.branch.input());
    if (!attention.input().equals(middle.skip)) {
      throw new Misfit(middle.branch.node(), "the attention's input is not the layer's input");
    }
    if (attentionNorm.epsilon() != outputNorm.epsilon()) {
      throw new Misfit(view.node(at), "the two layer norms of this layer differ in epsilon");
    }
    EncoderLayer weights =
        new EncoderLayer(
            attention.query().dense(),
            attention.key().dense(),
            attention.value().dense(),
            attention.scale(),
            middle.branch.dense(),
            attentionNorm.weights(),
            inner.dense().dense(),
            end.branch.dense(),
            outputNorm.weights());
    return new Layer(
        weights,
        middle.skip,
        attention.heads(),
        activation(inner),
        outputNorm.epsilon(),
        attention.maskInputs());
  }

  /** Whether embeddings of another width were projected to the encoder's. */
  private boolean isProjection(TensorRef at) {
    DenseMatcher.Match projection = dense.match(at);
    return projection != null && norms.match(projection.input()) != null;
  }

  private String notNorm(TensorRef at) {
    return isProjection(at)
        ? "the embeddings are projected to another width, so this looks like ALBERT or ELECTRA"
        : "the layer norm at the end of a layer should stand here";
  }

  private Activation activation(ActivationMatcher.Activated inner) {
    return switch (inner.kind()) {
      case GELU_ERF -> Activation.GELU_ERF;
      case GELU_TANH -> Activation.GELU_TANH;
      case GELU_SIGMOID -> Activation.GELU_SIGMOID;
      default ->
          throw new Misfit(
              inner.dense().node(),
              "the feed-forward layer has the activation " + inner.kind() + " and not a GELU");
    };
  }

  /**
   * A residual sum: a dense layer's output and the skipped input.
   *
   * @param branch the dense layer
   * @param skip the other operand, stripped
   */
  private record Residual(DenseMatcher.Match branch, TensorRef skip) {}

  private @Nullable Residual residual(TensorRef ref) {
    Node sum = view.stripped(ref);
    if (!sum.is("Add", "AddV2") || sum.inputs().size() != 2) {
      return null;
    }
    for (int side = 0; side < 2; side++) {
      DenseMatcher.Match branch = dense.match(View.input(sum, side));
      TensorRef skip = view.strip(View.input(sum, 1 - side));
      if (branch != null && (norms.match(skip) != null || isProjection(skip))) {
        return new Residual(branch, skip);
      }
    }
    return null;
  }
}
