package io.ganglion.compiler.backend.huggingface;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.backend.huggingface.Architecture.Family;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Task;
import java.util.List;

/** Says a model in {@code config.json}. */
final class ConfigFile {
  private ConfigFile() {}

  static ObjectNode of(Architecture architecture, BertModel model, List<String> labels)
      throws CompileException {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.putArray("architectures").add(architecture.className());
    config.put("model_type", architecture.family().type());
    config.put("dtype", "float32");
    ModelDimensions d = model.dimensions();
    config.put("vocab_size", d.vocabularySize());
    config.put("max_position_embeddings", d.maxPositions());
    if (architecture.family() == Family.DISTILBERT) {
      config.put("dim", d.hiddenSize());
      config.put("n_layers", d.layers());
      config.put("n_heads", d.heads());
      config.put("hidden_dim", d.intermediateSize());
      config.put("activation", activation(model.activation()));
    } else {
      config.put("hidden_size", d.hiddenSize());
      config.put("num_hidden_layers", d.layers());
      config.put("num_attention_heads", d.heads());
      config.put("intermediate_size", d.intermediateSize());
      config.put("type_vocab_size", d.segments());
      config.put("hidden_act", activation(model.activation()));
      // As few digits as give the same float again.
      config.put("layer_norm_eps", Double.parseDouble(Float.toString(model.layerNormEpsilon())));
    }
    if (architecture.family() == Family.ELECTRA) {
      config.put("embedding_size", d.embeddingSize());
    }
    addAnswers(config, model, labels);
    return config;
  }

  /** What becomes of the outputs, and nothing of the model itself. */
  static ObjectNode ofAnswers(BertModel model, List<String> labels) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    addAnswers(config, model, labels);
    return config;
  }

  private static void addAnswers(ObjectNode config, BertModel model, List<String> labels) {
    addLabels(config, labels);
    if (model.task().kind() == Task.Kind.SEQUENCE_CLASSIFICATION) {
      addProblem(config, model.task().output(), model.outputWidth());
    }
  }

  private static void addLabels(ObjectNode config, List<String> labels) {
    if (labels.isEmpty()) {
      return;
    }
    ObjectNode names = config.putObject("id2label");
    ObjectNode ids = config.putObject("label2id");
    for (int i = 0; i < labels.size(); i++) {
      names.put(Integer.toString(i), labels.get(i));
      ids.put(labels.get(i), i);
    }
  }

  /** What becomes of the logits. A single score also says it to sentence-transformers. */
  private static void addProblem(ObjectNode config, OutputActivation output, int width) {
    switch (output) {
      case SOFTMAX -> config.put("problem_type", "single_label_classification");
      case SIGMOID -> config.put("problem_type", "multi_label_classification");
      case IDENTITY -> config.put("problem_type", "regression");
      case L2_NORM -> throw new IllegalArgumentException("Scores have no length.");
    }
    if (width == 1) {
      config
          .putObject("sentence_transformers")
          .put(
              "activation_fn",
              output == OutputActivation.SIGMOID
                  ? "torch.nn.modules.activation.Sigmoid"
                  : "torch.nn.modules.linear.Identity");
    }
  }

  private static String activation(Activation activation) throws CompileException {
    return switch (activation) {
      case GELU_ERF -> "gelu";
      case GELU_TANH -> "gelu_new";
      case GELU_SIGMOID -> "quick_gelu";
      case RELU -> "relu";
      case SILU -> "silu";
      case NONE, TANH, SIGMOID ->
          throw new CompileException(
              "transformers has no encoder with the activation " + activation + ".");
    };
  }
}
