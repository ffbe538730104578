package io.ganglion.compiler.recognise;

import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.recognise.Recognised.Ending;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.OutputActivation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recognises the part after the encoder: the pooler, the head's layers, the output. */
final class HeadMatcher {
  private static final int MAX_STEPS = 96;

  private final View view;
  private final DenseMatcher dense;
  private final ActivationMatcher activations;
  private final AffineMatcher affines;
  private final LayerNormMatcher norms;
  private final Accepted accepted;

  /**
   * @param accepted any other ending is refused
   */
  HeadMatcher(
      View view,
      DenseMatcher dense,
      ActivationMatcher activations,
      LayerNormMatcher norms,
      Accepted accepted) {
    this.accepted = accepted;
    this.view = view;
    this.dense = dense;
    this.activations = activations;
    this.affines = new AffineMatcher(view, dense);
    this.norms = norms;
  }

  /**
   * The end of a classifier.
   *
   * @param ending which of the encoder's rows it reads
   * @param encoded the encoder's output, stripped
   * @param layers dense layers, the pooler first
   * @param logits tensor before the output's activation, stripped
   * @param output activation on the logits; null if the model gives the logits themselves
   * @param flaw the reason why this is not BERT's head; null if it is. It is thrown only later,
   *     because the body may show to which other family the model belongs
   */
  record Match(
      Ending ending,
      TensorRef encoded,
      List<HeadDense> layers,
      TensorRef logits,
      @Nullable OutputActivation output,
      @Nullable Misfit flaw) {}

  Match match(TensorRef result) {
    TensorRef last = view.strip(result);
    Node end = view.node(last);
    ActivationMatcher.Function function = activations.find(last);
    if (end.is("Softmax", "LogSoftmax") && !end.inputs().isEmpty()) {
      // Logarithms of probabilities are logits: their softmax gives the probabilities again.
      OutputActivation output = end.is("Softmax") ? OutputActivation.SOFTMAX : null;
      return walk(view.strip(View.input(end, 0)), output);
    }
    if (function != null && function.kind() == ActivationMatcher.Kind.SIGMOID) {
      return walk(function.input(), OutputActivation.SIGMOID);
    }
    return walk(last, null);
  }

  private Match walk(TensorRef logits, @Nullable OutputActivation output) {
    HeadChain chain = new HeadChain();
    TensorRef at = logits;
    while (chain.size() < MAX_STEPS) {
      TensorRef encoded = firstToken(at);
      if (encoded != null) {
        return match(encoded, view.node(at), chain, logits, output);
      }
      Ending ending = chain.isEmpty() ? Ending.ENCODER : Ending.EVERY_TOKEN;
      if (accepted.endings().contains(ending) && endsLayer(at)) {
        return new Match(ending, at, chain.layers(false), logits, output, null);
      }
      at = step(at, chain);
    }
    throw new Misfit(view.node(at), "the head has more than " + MAX_STEPS + " steps");
  }

  /** Takes one layer from the end and returns its input. */
  private TensorRef step(TensorRef at, HeadChain chain) {
    DenseMatcher.Match layer = dense.match(at);
    if (layer != null) {
      chain.addFirst(layer);
      return layer.input();
    }
    ActivationMatcher.Function function = activations.find(at);
    if (function != null) {
      Activation activation = function.kind().head();
      if (activation == null) {
        throw new Misfit(
            view.node(at),
            "a head with "
                + function.kind()
                + " is not supported; tanh, relu, sigmoid and GELU (erf, tanh) are");
      }
      chain.addFirst(at.node(), activation);
      return function.input();
    }
    AffineMatcher.Match affine = affines.match(at);
    if (affine != null) {
      chain.addFirst(affine);
      return affine.input();
    }
    throw new Misfit(view.node(at), complaint(at, chain));
  }

  private String complaint(TensorRef at, HeadChain chain) {
    Node node = view.node(at);
    LayerNormMatcher.Match norm = norms.match(at);
    if (norm != null && chain.isEmpty()) {
      return "this is the output of an encoder: there is no classification head to compile";
    }
    if (norm != null) {
      return endsLayer(at)
          ? "the head works on every token, as tagging and question answering do, and not on the"
              + " first, [CLS]"
          : "a layer norm in the head is not supported";
    }
    if (node.op().startsWith("FusedBatchNorm")) {
      return ConeEvaluator.isTraining(node)
          ? "this batch norm is in training mode; export the model for inference"
          : "the parameters of this batch norm are neither weights nor constants";
    }
    if (node.is("Mean", "Max", "Sum")) {
      return "the head pools all tokens by "
          + node.op()
          + ", where BERT's pooler reads the first, [CLS]";
    }
    if (node.is("Softmax")) {
      return "a softmax inside of the head is not supported";
    }
    if (node.is("ConcatV2", "Concat")) {
      return "the head joins several tensors, which a chain of layers does not";
    }
    if (ConeEvaluator.unary(node) != null) {
      return "a head with " + node.op() + " is not supported";
    }
    return "a dense layer, an activation or a batch norm of the classification head should stand"
        + " here";
  }

  /** Whether it normalises a sum with another layer norm's output, as in an encoder. */
  private boolean endsLayer(TensorRef at) {
    LayerNormMatcher.Match norm = norms.match(at);
    if (norm == null) {
      return false;
    }
    Node sum = view.node(norm.input());
    return sum.is("Add", "AddV2")
        && sum.inputs().stream().anyMatch(part -> norms.match(part) != null);
  }

  private Match match(
      TensorRef encoded,
      Node token,
      HeadChain chain,
      TensorRef logits,
      @Nullable OutputActivation output) {
    if (chain.isEmpty()) {
      throw new Misfit(
          token, "this is the output of an encoder: there is no classification head to compile");
    }
    HeadDense pooler = chain.layers(true).get(0);
    boolean pools = pooler.activation() == Activation.TANH;
    List<HeadDense> layers = chain.layers(pools || !accepted.relatives());
    if (layers.size() == 1 && pools) {
      throw new Misfit(
          view.node(logits),
          "this is the pooled output of an encoder: there is no classification head to compile");
    }
    return new Match(
        Ending.FIRST_TOKEN,
        encoded,
        layers,
        logits,
        output,
        pools || accepted.relatives() ? null : new Misfit(token, notPooler(pooler)));
  }

  private static String notPooler(HeadDense first) {
    return "the first token goes through a dense layer with "
        + first.activation()
        + " instead of BERT's pooler with tanh"
        + switch (first.activation()) {
          case RELU -> ", so this looks like DistilBERT";
          case GELU_ERF, GELU_TANH -> ", so this looks like ELECTRA";
          default -> "";
        };
  }

  /** The encoder's output, if {@code ref} is its first token; otherwise null. */
  private @Nullable TensorRef firstToken(TensorRef ref) {
    Node node = view.stripped(ref);
    if (!node.is("StridedSlice", "Slice", "GatherV2", "Gather") || node.inputs().size() < 2) {
      return null;
    }
    if (norms.match(View.input(node, 0)) == null) {
      return null;
    }
    Long[] begin = view.integers(View.input(node, 1));
    int axis = node.is("GatherV2", "Gather") ? 0 : 1;
    Long token = begin == null || begin.length <= axis ? null : begin[axis];
    if (token == null || token != 0) {
      throw new Misfit(node, "the head reads token " + token + " and not the first, [CLS]");
    }
    return view.strip(View.input(node, 0));
  }
}
