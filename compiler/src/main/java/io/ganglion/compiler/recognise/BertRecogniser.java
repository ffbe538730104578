package io.ganglion.compiler.recognise;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.recognise.Recognised.Role;
import io.ganglion.compiler.savedmodel.Signature;
import io.ganglion.compiler.savedmodel.SourceModel;
import io.ganglion.runtime.artifact.ModelDimensions;
import io.ganglion.runtime.artifact.OutputActivation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds a BERT classifier in a source model, going from its output to its inputs. */
public final class BertRecogniser {
  /** Outputs are tried in this order, then all others. */
  private static final List<String> LIKELY_OUTPUTS =
      List.of("probabilities", "predictions", "scores", "logits", "output");

  private final SourceModel source;
  private final View view;
  private final DenseMatcher dense;
  private final LayerNormMatcher norms;
  private final HeadMatcher heads;
  private final EncoderMatcher encoder;

  private BertRecogniser(SourceModel source) {
    this.source = source;
    this.view = new View(source.graph(), source.variables());
    this.dense = new DenseMatcher(view);
    this.norms = new LayerNormMatcher(view);
    ActivationMatcher activations = new ActivationMatcher(view, dense);
    this.heads = new HeadMatcher(view, activations, norms);
    this.encoder = new EncoderMatcher(view, dense, norms, activations);
  }

  /** Recognises the model; the message of a failure names the first node that did not fit. */
  public static Recognised recognise(SourceModel source) throws CompileException {
    try {
      return new BertRecogniser(source).run();
    } catch (Misfit e) {
      throw new CompileException(
          source.path() + " is not a BERT classifier that can be compiled: " + e.getMessage() + ".",
          e);
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      throw new CompileException(
          source.path() + " is not a BERT classifier that can be compiled: " + e.getMessage(), e);
    }
  }

  private Recognised run() {
    Signature signature = signature();
    Misfit first = null;
    for (Map.Entry<String, Signature.Port> output : outputs(signature)) {
      if (!output.getValue().type().isReal()) {
        continue;
      }
      try {
        return recognise(signature, output.getValue());
      } catch (Misfit e) {
        first = first == null ? e : first;
      }
    }
    throw first != null
        ? first
        : new Misfit("signature " + signature.name() + " has no output of real numbers");
  }

  private Signature signature() {
    Signature chosen = null;
    for (Signature signature : source.signatures()) {
      boolean callable = !signature.outputs().isEmpty() && !signature.inputs().isEmpty();
      if (callable && (chosen == null || signature.name().equals("serving_default"))) {
        chosen = signature;
      }
    }
    if (chosen == null) {
      throw new Misfit("it has no signature with inputs and outputs; export it for serving");
    }
    return chosen;
  }

  private static List<Map.Entry<String, Signature.Port>> outputs(Signature signature) {
    List<Map.Entry<String, Signature.Port>> outputs =
        new ArrayList<>(signature.outputs().entrySet());
    outputs.sort(
        Comparator.comparingInt(
            output -> {
              int rank = LIKELY_OUTPUTS.indexOf(output.getKey());
              return rank < 0 ? LIKELY_OUTPUTS.size() : rank;
            }));
    return outputs;
  }

  private Recognised recognise(Signature signature, Signature.Port output) {
    HeadMatcher.Match head = heads.match(output.flat());
    EncoderMatcher.Match body = encoder.match(head.encoded());
    EmbeddingsMatcher.Match embeddings = new EmbeddingsMatcher(view, norms).match(body.embedded());
    if (embeddings.epsilon() != body.epsilon()) {
      throw new Misfit(
          "the layer norm of the embeddings has the epsilon "
              + embeddings.epsilon()
              + ", the encoder "
              + body.epsilon());
    }
    EncoderLayer first = body.layers().get(0);
    ModelDimensions dimensions =
        new ModelDimensions(
            embeddings.words().shape().get(0),
            embeddings.positions().shape().get(0),
            embeddings.segments().shape().get(0),
            first.query().inputs(),
            body.layers().size(),
            body.heads(),
            first.intermediate().outputs());
    boolean bare = head.output() == null;
    int labels = head.layers().get(head.layers().size() - 1).dense().outputs();
    OutputActivation activation =
        head.output() != null
            ? head.output()
            : labels == 1 ? OutputActivation.IDENTITY : OutputActivation.SOFTMAX;
    BertModel model =
        new BertModel(
            dimensions,
            body.gelu(),
            body.epsilon(),
            embeddings.words(),
            embeddings.positions(),
            embeddings.segments(),
            embeddings.norm(),
            body.layers(),
            head.pooler(),
            head.layers(),
            activation);
    ShapeCheck.check(model);
    TensorRef logits = source.topLevel().contains(head.logits().node()) ? head.logits() : null;
    return new Recognised(
        model,
        signature,
        new Recognised.Call(roles(signature, embeddings, body.maskInputs()), output, logits, bare));
  }

  private Map<TensorRef, Role> roles(
      Signature signature, EmbeddingsMatcher.Match embeddings, Set<TensorRef> maskInputs) {
    Map<TensorRef, Role> roles = new LinkedHashMap<>();
    roles.put(embeddings.ids(), Role.TOKEN_IDS);
    if (embeddings.segmentIds() != null) {
      roles.put(embeddings.segmentIds(), Role.SEGMENT_IDS);
    }
    for (TensorRef mask : maskInputs) {
      roles.putIfAbsent(mask, Role.MASK);
    }
    for (TensorRef input : roles.keySet()) {
      Node node = view.node(input);
      if (!source.topLevel().contains(node.name())) {
        throw new Misfit(node, "this input of the model cannot be fed from outside");
      }
      if (!node.is("Placeholder", "PlaceholderWithDefault") && !isParsed(node)) {
        throw new Misfit(node, "signature " + signature.name() + " does not feed this input");
      }
    }
    return roles;
  }

  private static boolean isParsed(Node node) {
    return View.isInput(node);
  }
}
