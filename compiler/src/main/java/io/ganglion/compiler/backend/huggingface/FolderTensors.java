package io.ganglion.compiler.backend.huggingface;

import io.ganglion.compiler.backend.huggingface.Architecture.Family;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gives a model's weights the names that a class of {@code transformers} has for them. */
final class FolderTensors {
  private final String prefix;
  private final Map<String, Weight> tensors = new LinkedHashMap<>();

  private FolderTensors(String prefix) {
    this.prefix = prefix;
  }

  static Map<String, Weight> of(Architecture architecture, BertModel model) {
    FolderTensors all = new FolderTensors(architecture.prefix());
    all.addEmbeddings(model, architecture.family());
    for (int i = 0; i < model.layers().size(); i++) {
      if (architecture.family() == Family.DISTILBERT) {
        all.addDistilled("transformer.layer." + i + ".", model.layers().get(i));
      } else {
        all.addLayer("encoder.layer." + i + ".", model.layers().get(i));
      }
    }
    for (int i = 0; i < architecture.headTensors().size(); i++) {
      String name = architecture.headTensors().get(i);
      // BERT counts its pooler among the encoder's parts.
      boolean inside = name.startsWith("pooler");
      add(all.tensors, (inside ? all.prefix : "") + name, model.head().get(i).dense());
    }
    return all.tensors;
  }

  private void addEmbeddings(BertModel model, Family family) {
    tensors.put(prefix + "embeddings.word_embeddings.weight", model.words());
    tensors.put(prefix + "embeddings.position_embeddings.weight", model.positions());
    if (family != Family.DISTILBERT) {
      tensors.put(prefix + "embeddings.token_type_embeddings.weight", model.segments());
    }
    add("embeddings.LayerNorm", model.embeddingsNorm());
    if (model.projection() != null) {
      add(tensors, prefix + "embeddings_project", model.projection());
    }
  }

  private void addLayer(String name, EncoderLayer layer) {
    add(name + "attention.self.query", layer.query());
    add(name + "attention.self.key", layer.key());
    add(name + "attention.self.value", layer.value());
    add(name + "attention.output.dense", layer.attentionOutput());
    add(name + "attention.output.LayerNorm", layer.attentionNorm());
    add(name + "intermediate.dense", layer.intermediate());
    add(name + "output.dense", layer.output());
    add(name + "output.LayerNorm", layer.outputNorm());
  }

  private void addDistilled(String name, EncoderLayer layer) {
    add(name + "attention.q_lin", layer.query());
    add(name + "attention.k_lin", layer.key());
    add(name + "attention.v_lin", layer.value());
    add(name + "attention.out_lin", layer.attentionOutput());
    add(name + "sa_layer_norm", layer.attentionNorm());
    add(name + "ffn.lin1", layer.intermediate());
    add(name + "ffn.lin2", layer.output());
    add(name + "output_layer_norm", layer.outputNorm());
  }

  private void add(String name, Dense dense) {
    add(tensors, prefix + name, dense);
  }

  private void add(String name, LayerNorm norm) {
    tensors.put(prefix + name + ".weight", norm.gamma());
    tensors.put(prefix + name + ".bias", norm.beta());
  }

  /** PyTorch's matrices have a row for each output. */
  static void add(Map<String, Weight> tensors, String name, Dense dense) {
    tensors.put(name + ".weight", dense.kernel().transposed());
    tensors.put(name + ".bias", dense.bias());
  }
}
