package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.runtime.artifact.HeadLayer;
import io.ganglion.runtime.artifact.OutputActivation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recognises what comes after the encoder: the pooler, the head's dense layers, the output. */
final class HeadMatcher {
  private static final int MAX_LAYERS = 32;

  private final View view;
  private final ActivationMatcher activations;
  private final LayerNormMatcher norms;

  HeadMatcher(View view, ActivationMatcher activations, LayerNormMatcher norms) {
    this.view = view;
    this.activations = activations;
    this.norms = norms;
  }

  /**
   * The end of a classifier.
   *
   * @param encoded the encoder's output, stripped
   * @param pooler its dense layer
   * @param layers after the pooler
   * @param logits before the output's activation, stripped
   * @param output applied to them; null if the model gives the logits themselves
   */
  record Match(
      TensorRef encoded,
      Dense pooler,
      List<HeadDense> layers,
      TensorRef logits,
      @Nullable OutputActivation output) {}

  Match match(TensorRef result) {
    Node last = view.stripped(result);
    OutputActivation output = last.is("Softmax") ? OutputActivation.SOFTMAX : null;
    TensorRef logits = output == null ? view.strip(result) : view.strip(last.inputs().get(0));
    List<HeadDense> layers = new ArrayList<>();
    TensorRef at = logits;
    for (int i = 0; i < MAX_LAYERS; i++) {
      ActivationMatcher.Activated layer = activations.match(at);
      if (layer == null) {
        throw new Misfit(view.node(at), notDense(at, layers));
      }
      TensorRef encoded = firstToken(layer.dense().input());
      if (encoded != null) {
        return match(encoded, layer, layers, logits, output);
      }
      layers.add(0, new HeadDense(layer.dense().dense(), activation(layer, view.node(at))));
      at = layer.dense().input();
    }
    throw new Misfit(view.node(at), "the head has more than " + MAX_LAYERS + " layers");
  }

  private String notDense(TensorRef at, List<HeadDense> layers) {
    if (layers.isEmpty() && (norms.match(at) != null || firstToken(at) != null)) {
      return "this is the output of an encoder: there is no classification head to compile";
    }
    return "a dense layer of the classification head should stand here";
  }

  private Match match(
      TensorRef encoded,
      ActivationMatcher.Activated pooler,
      List<HeadDense> layers,
      TensorRef logits,
      @Nullable OutputActivation output) {
    if (pooler.kind() != ActivationMatcher.Kind.TANH) {
      throw new Misfit(
          pooler.dense().node(),
          "the first token goes through a dense layer with "
              + pooler.kind()
              + " instead of BERT's pooler with tanh");
    }
    if (layers.isEmpty()) {
      throw new Misfit(
          view.node(logits),
          "this is the pooled output of an encoder: there is no classification head to compile");
    }
    HeadDense last = layers.get(layers.size() - 1);
    if (output == null && last.activation() == HeadLayer.Activation.SIGMOID) {
      layers.set(layers.size() - 1, new HeadDense(last.dense(), HeadLayer.Activation.NONE));
      return new Match(encoded, pooler.dense().dense(), layers, logits, OutputActivation.SIGMOID);
    }
    return new Match(encoded, pooler.dense().dense(), layers, logits, output);
  }

  private static HeadLayer.Activation activation(ActivationMatcher.Activated layer, Node node) {
    HeadLayer.Activation activation = layer.kind().head();
    if (activation == null) {
      throw new Misfit(node, "a head layer with " + layer.kind() + " is not supported");
    }
    return activation;
  }

  /** The encoder's output, if {@code ref} is its first token; otherwise null. */
  private @Nullable TensorRef firstToken(TensorRef ref) {
    Node node = view.stripped(ref);
    if (!node.is("StridedSlice", "Slice", "GatherV2", "Gather") || node.inputs().size() < 2) {
      return null;
    }
    if (norms.match(node.inputs().get(0)) == null) {
      return null;
    }
    Long[] begin = view.integers(node.inputs().get(1));
    int axis = node.is("GatherV2", "Gather") ? 0 : 1;
    Long token = begin == null || begin.length <= axis ? null : begin[axis];
    if (token == null || token != 0) {
      throw new Misfit(node, "the head reads token " + token + " and not the first, [CLS]");
    }
    return view.strip(node.inputs().get(0));
  }
}
