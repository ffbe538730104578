package io.ganglion.compiler.backend.huggingface;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.Weight;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the modules of a sentence embedding: the encoder, pooling, dense layers and the length of
 * 1. The types have the names that all versions of sentence-transformers know.
 */
final class SentenceModules {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Path folder;
  private final ArrayNode modules = JSON.arrayNode();

  private SentenceModules(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes the modules into the encoder's folder.
   *
   * @param length most tokens of a text
   */
  static void write(Path folder, BertModel model, int length) throws CompileException {
    SentenceModules all = new SentenceModules(folder);
    all.add("Transformer", "");
    HuggingFaceFolder.json(
        all.add("Pooling", "_Pooling").resolve("config.json"),
        pooling(model.task().pooling(), model.dimensions().hiddenSize()));
    for (HeadDense layer : model.head()) {
      all.addDense(layer);
    }
    if (model.task().output() == OutputActivation.L2_NORM) {
      // It has no settings, but git and archives keep no empty folders.
      HuggingFaceFolder.json(
          all.add("Normalize", "_Normalize").resolve("config.json"), JSON.objectNode());
    }
    HuggingFaceFolder.json(folder.resolve("modules.json"), all.modules);
    HuggingFaceFolder.json(
        folder.resolve("sentence_bert_config.json"),
        JSON.objectNode().put("max_seq_length", length).put("do_lower_case", false));
  }

  private Path add(String type, String suffix) {
    int index = modules.size();
    String path = suffix.isEmpty() ? "" : index + suffix;
    modules
        .addObject()
        .put("idx", index)
        .put("name", Integer.toString(index))
        .put("path", path)
        .put("type", "sentence_transformers.models." + type);
    return folder.resolve(path);
  }

  private static ObjectNode pooling(Pooling pooling, int width) {
    return JSON.objectNode()
        .put("word_embedding_dimension", width)
        .put("pooling_mode_cls_token", pooling == Pooling.FIRST)
        .put("pooling_mode_mean_tokens", pooling == Pooling.MEAN)
        .put("pooling_mode_max_tokens", pooling == Pooling.MAX);
  }

  private void addDense(HeadDense layer) throws CompileException {
    Path path = add("Dense", "_Dense");
    HuggingFaceFolder.json(
        path.resolve("config.json"),
        JSON.objectNode()
            .put("in_features", layer.dense().inputs())
            .put("out_features", layer.dense().outputs())
            .put("bias", true)
            .put("activation_function", torch(layer.activation())));
    Map<String, Weight> tensors = new LinkedHashMap<>();
    FolderTensors.add(tensors, "linear", layer.dense());
    HuggingFaceFolder.tensors(path.resolve("model.safetensors"), tensors, Progress.SILENT);
  }

  private static String torch(Activation activation) throws CompileException {
    return switch (activation) {
      case NONE -> "torch.nn.modules.linear.Identity";
      case TANH -> "torch.nn.modules.activation.Tanh";
      case RELU -> "torch.nn.modules.activation.ReLU";
      case SIGMOID -> "torch.nn.modules.activation.Sigmoid";
      case SILU -> "torch.nn.modules.activation.SiLU";
      case GELU_ERF -> "torch.nn.modules.activation.GELU";
      case GELU_TANH, GELU_SIGMOID ->
          throw new CompileException(
              "sentence-transformers has no dense layer with the activation "
                  + activation
                  + ": export the model as onnx.");
    };
  }
}
