package io.ganglion.compiler.recognise;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.recognise.Recognised.Role;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.runtime.model.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds a BERT classifier in a source model, going from its output to its inputs. */
public final class BertRecogniser {
  /** Outputs with these names are tried first, in this order. */
  private static final List<String> LIKELY_OUTPUTS =
      List.of("probabilities", "predictions", "scores", "logits", "output");

  private final CallableGraph source;
  private final View view;
  private final DenseMatcher dense;
  private final LayerNormMatcher norms;
  private final HeadMatcher heads;
  private final EncoderMatcher encoder;
  private final EmbeddingsMatcher embeddings;

  private BertRecogniser(CallableGraph source, Accepted accepted) {
    this.source = source;
    this.view = new View(source.graph(), source.variables());
    this.dense = new DenseMatcher(view);
    this.norms = new LayerNormMatcher(view);
    ActivationMatcher activations = new ActivationMatcher(view, dense);
    this.heads = new HeadMatcher(view, dense, activations, norms, accepted);
    this.embeddings = new EmbeddingsMatcher(view, norms, accepted.relatives());
    this.encoder = new EncoderMatcher(view, dense, norms, activations, accepted.relatives());
  }

  /** Recognises the only classifier of the model. */
  public static Recognised recognise(CallableGraph source) throws CompileException {
    return recognise(source, null);
  }

  /**
   * Recognises the model. The message of a failure names the first node that did not fit.
   *
   * @param scope scope of the classifier's weights, or name of its output or signature, if the
   *     source holds several; null if it holds one
   */
  public static Recognised recognise(CallableGraph source, @Nullable String scope)
      throws CompileException {
    return recognise(source, scope, Accepted.CLASSIFIERS);
  }

  /**
   * Recognises a model of these kinds. An encoder alone has the task of an embedding by the mean;
   * whoever knows better changes it.
   *
   * @param scope see {@link #recognise(CallableGraph, String)}
   */
  public static Recognised recognise(
      CallableGraph source, @Nullable String scope, Accepted accepted) throws CompileException {
    try {
      return new BertRecogniser(source, accepted).run(scope);
    } catch (Misfit e) {
      throw new CompileException(
          source.name() + " is not a BERT classifier that can be compiled: " + e.getMessage() + ".",
          e);
    }
  }

  private Recognised run(@Nullable String scope) {
    Candidates candidates = new Candidates(scope);
    Misfit first = null;
    boolean any = false;
    for (Signature signature : signatures()) {
      for (Map.Entry<String, Signature.Port> output : outputs(signature)) {
        if (!output.getValue().type().isReal()) {
          continue;
        }
        any = true;
        try {
          candidates.add(output.getKey(), recognise(signature, output.getValue()));
        } catch (Misfit e) {
          first = first == null ? e : first;
        }
      }
    }
    if (!candidates.isEmpty()) {
      return candidates.only();
    }
    if (first != null) {
      throw first;
    }
    throw new Misfit(
        any ? "nothing was found" : "none of its signatures has an output of real numbers");
  }

  /** The signatures that can be called, the one for serving first. */
  private List<Signature> signatures() {
    List<Signature> callable = new ArrayList<>();
    for (Signature signature : source.signatures()) {
      if (!signature.outputs().isEmpty() && !signature.inputs().isEmpty()) {
        callable.add(signature.name().equals("serving_default") ? 0 : callable.size(), signature);
      }
    }
    if (callable.isEmpty()) {
      throw new Misfit("it has no signature with inputs and outputs; export it for serving");
    }
    return callable;
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
    EmbeddingsMatcher.Match embedded = embeddings.match(body.embedded());
    if (head.flaw() != null) {
      throw head.flaw();
    }
    if (embedded.epsilon() != body.epsilon()) {
      throw new Misfit(
          "the layer norm of the embeddings has the epsilon "
              + embedded.epsilon()
              + ", the encoder "
              + body.epsilon());
    }
    BertModel model = model(head, body, embedded);
    ShapeCheck.check(model);
    TensorRef logits = source.topLevel().contains(head.logits().node()) ? head.logits() : null;
    Set<TensorRef> masks = body.maskInputs();
    Map<TensorRef, Role> roles = new InputRoles(source, signature).of(embedded, masks);
    return new Recognised(
        model,
        signature,
        new Recognised.Call(roles, output, logits, head.output() == null, !masks.isEmpty()));
  }

  private static ModelDimensions dimensions(
      EncoderMatcher.Match body, EmbeddingsMatcher.Match embeddings) {
    EncoderLayer first = body.layers().get(0);
    try {
      return new ModelDimensions(
          embeddings.words().shape().get(0),
          embeddings.positions().shape().get(0),
          embeddings.segments().shape().get(0),
          embeddingSize(body, embeddings),
          first.query().inputs(),
          body.layers().size(),
          body.heads(),
          first.intermediate().outputs());
    } catch (IllegalArgumentException e) {
      // Only sizes from the source are checked here, so a refusal is the source's fault.
      throw new Misfit(String.valueOf(e.getMessage()));
    }
  }

  private static Task task(HeadMatcher.Match head) {
    OutputActivation output = head.output();
    boolean plain = output == null || output == OutputActivation.SOFTMAX;
    return switch (head.ending()) {
      case FIRST_TOKEN -> Task.classification(output == null ? usual(head) : output);
      case EVERY_TOKEN -> {
        if (!plain) {
          throw new Misfit("the labels of a token have the activation " + output);
        }
        yield Task.tokens();
      }
      case ENCODER -> {
        if (output != null) {
          throw new Misfit("the encoder's rows have the activation " + output);
        }
        yield Task.embedding(Pooling.MEAN, false);
      }
    };
  }

  private static OutputActivation usual(HeadMatcher.Match head) {
    int labels = head.layers().get(head.layers().size() - 1).dense().outputs();
    return labels == 1 ? OutputActivation.IDENTITY : OutputActivation.SOFTMAX;
  }

  /** Without a projection, embeddings are as wide as the encoder, which is checked later. */
  private static int embeddingSize(EncoderMatcher.Match body, EmbeddingsMatcher.Match embeddings) {
    int hidden = body.layers().get(0).query().inputs();
    int width = embeddings.words().shape().get(1);
    if (body.projection() != null && width == hidden) {
      throw new Misfit("the embeddings are projected although they are as wide as the encoder");
    }
    return body.projection() == null ? hidden : width;
  }

  private static BertModel model(
      HeadMatcher.Match head, EncoderMatcher.Match body, EmbeddingsMatcher.Match embeddings) {
    ModelDimensions dimensions = dimensions(body, embeddings);
    return new BertModel(
        dimensions,
        task(head),
        body.activation(),
        body.epsilon(),
        embeddings.words(),
        embeddings.positions(),
        embeddings.segments(),
        embeddings.norm(),
        body.projection(),
        body.layers(),
        head.layers());
  }
}
