package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The families of encoders that are read, with the names that their tensors have. */
enum Family {
  BERT("bert", "Bert", "bert"),
  DISTILBERT("distilbert", "DistilBert", "distilbert"),
  ROBERTA("roberta", "Roberta", "roberta"),
  XLM_ROBERTA("xlm-roberta", "XLMRoberta", "roberta"),
  ELECTRA("electra", "Electra", "electra");

  /** The parts of an encoder layer. */
  enum Part {
    QUERY("attention.self.query", "attention.q_lin"),
    KEY("attention.self.key", "attention.k_lin"),
    VALUE("attention.self.value", "attention.v_lin"),
    ATTENTION_OUTPUT("attention.output.dense", "attention.out_lin"),
    ATTENTION_NORM("attention.output.LayerNorm", "sa_layer_norm"),
    INTERMEDIATE("intermediate.dense", "ffn.lin1"),
    OUTPUT("output.dense", "ffn.lin2"),
    OUTPUT_NORM("output.LayerNorm", "output_layer_norm");

    private final String name;
    private final String distilName;

    Part(String name, String distilName) {
      this.name = name;
      this.distilName = distilName;
    }
  }

  static final String WORDS = "embeddings.word_embeddings.weight";
  static final String POSITIONS = "embeddings.position_embeddings.weight";
  static final String SEGMENTS = "embeddings.token_type_embeddings.weight";
  static final String EMBEDDINGS_NORM = "embeddings.LayerNorm";

  /** ELECTRA's dense layer from narrow embeddings to the encoder. */
  static final String PROJECTION = "embeddings_project";

  private final String modelType;
  private final String className;
  private final String prefix;

  Family(String modelType, String className, String prefix) {
    this.modelType = modelType;
    this.className = className;
    this.prefix = prefix;
  }

  /** The family of a {@code model_type}. */
  static Family of(String modelType, String where) throws CompileException {
    for (Family family : values()) {
      if (family.modelType.equals(modelType)) {
        return family;
      }
    }
    throw new CompileException(
        where
            + ": the model_type "
            + modelType
            + " is not supported; it may be "
            + Arrays.stream(values())
                .map(family -> family.modelType)
                .collect(Collectors.joining(", "))
            + ".");
  }

  /** Its {@code model_type}. */
  String modelType() {
    return modelType;
  }

  /** What the names of its classes in {@code transformers} begin with. */
  String className() {
    return className;
  }

  /** What stands before its encoder's tensors where the folder holds a head, too. */
  String prefix() {
    return prefix;
  }

  /** What the names of all layers' tensors begin with. */
  String layers() {
    return this == DISTILBERT ? "transformer.layer." : "encoder.layer.";
  }

  /** The name of a part of a layer; its tensors end in {@code .weight} and {@code .bias}. */
  String layer(int layer, Part part) {
    return layers() + layer + "." + (this == DISTILBERT ? part.distilName : part.name);
  }

  /** Whether positions are counted from behind the padding token's. */
  boolean countsPositionsFromPadding() {
    return this == ROBERTA || this == XLM_ROBERTA;
  }
}
