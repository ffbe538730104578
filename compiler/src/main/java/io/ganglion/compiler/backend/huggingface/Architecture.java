package io.ganglion.compiler.backend.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import java.util.List;

/**
 * The class of {@code transformers} that computes a model.
 *
 * @param family whose tensors and settings it has
 * @param head what its name ends with
 * @param headTensors what the names of the head's tensors begin with, in order
 */
record Architecture(Family family, String head, List<String> headTensors) {
  /** DistilBERT has no setting for it. */
  private static final float DISTILBERT_EPSILON = 1e-12f;

  /** Families of encoders that differ in names, and in what may stand around the layers. */
  enum Family {
    BERT("bert", "Bert"),
    DISTILBERT("distilbert", "DistilBert"),
    ELECTRA("electra", "Electra");

    private final String type;
    private final String className;

    Family(String type, String className) {
      this.type = type;
      this.className = className;
    }

    /** Its {@code model_type}, and the name of its encoder in a model with a head. */
    String type() {
      return type;
    }
  }

  String className() {
    return family.className + head;
  }

  /** What the names of the encoder's tensors begin with. */
  String prefix() {
    return head.equals("Model") ? "" : family.type + ".";
  }

  static Architecture of(BertModel model) throws CompileException {
    boolean narrow = model.projection() != null;
    return switch (model.task().kind()) {
      case SEQUENCE_EMBEDDING ->
          new Architecture(narrow ? Family.ELECTRA : Family.BERT, "Model", List.of());
      case TOKEN_CLASSIFICATION -> {
        if (model.head().size() != 1 || model.head().get(0).activation() != Activation.NONE) {
          throw unknownHead(model);
        }
        yield new Architecture(
            narrow ? Family.ELECTRA : Family.BERT, "ForTokenClassification", List.of("classifier"));
      }
      case SEQUENCE_CLASSIFICATION -> ofSequences(model);
    };
  }

  private static Architecture ofSequences(BertModel model) throws CompileException {
    List<HeadDense> head = model.head();
    boolean twoLayers =
        head.size() == 2
            && head.get(0).dense().outputs() == model.dimensions().hiddenSize()
            && head.get(1).activation() == Activation.NONE
            && model.task().pooling() == Pooling.FIRST;
    boolean alwaysOne =
        model.outputWidth() == 1 && model.task().output() == OutputActivation.SOFTMAX;
    if (!twoLayers || alwaysOne) {
      throw unknownHead(model);
    }
    String classifier = "ForSequenceClassification";
    boolean narrow = model.projection() != null;
    Activation activation = head.get(0).activation();
    if (activation == Activation.TANH && !narrow) {
      return new Architecture(Family.BERT, classifier, List.of("pooler.dense", "classifier"));
    }
    if (activation == Activation.GELU_ERF) {
      return new Architecture(
          Family.ELECTRA, classifier, List.of("classifier.dense", "classifier.out_proj"));
    }
    if (activation == Activation.RELU && !narrow && isDistilled(model)) {
      return new Architecture(
          Family.DISTILBERT, classifier, List.of("pre_classifier", "classifier"));
    }
    throw unknownHead(model);
  }

  /** Whether the encoder is one of DistilBERT, which knows no segments. */
  private static boolean isDistilled(BertModel model) throws CompileException {
    if (model.dimensions().segments() > 1 || model.layerNormEpsilon() != DISTILBERT_EPSILON) {
      return false;
    }
    for (float value : model.segments().read()) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private static CompileException unknownHead(BertModel model) {
    return new CompileException(
        ("transformers has no class for %s with the head %s: export it as onnx, which can say any"
                + " head.")
            .formatted(
                model.task(),
                model.head().stream()
                    .map(
                        layer ->
                            layer.dense().inputs()
                                + " x "
                                + layer.dense().outputs()
                                + " "
                                + layer.activation().name().toLowerCase(java.util.Locale.ROOT))
                    .toList()));
  }
}
