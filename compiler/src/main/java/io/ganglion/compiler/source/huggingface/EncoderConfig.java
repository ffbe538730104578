package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.model.Activation;

/**
 * What {@code config.json} says of the encoder.
 *
 * @param family decides the names of tensors
 * @param vocabulary rows of the word embeddings
 * @param positions rows of the position embeddings
 * @param firstPosition row of the first token
 * @param segments rows of the token type embeddings, from 0 on
 * @param embedding columns of the embeddings
 * @param hidden width of the encoder
 * @param layers number of layers
 * @param heads attention heads a layer
 * @param intermediate width between a layer's last two dense layers
 * @param activation between these
 * @param epsilon of all layer norms
 */
record EncoderConfig(
    Family family,
    int vocabulary,
    int positions,
    int firstPosition,
    int segments,
    int embedding,
    int hidden,
    int layers,
    int heads,
    int intermediate,
    Activation activation,
    double epsilon) {
  private static final double USUAL_EPSILON = 1e-12;

  static EncoderConfig of(Family family, Fields config) throws CompileException {
    boolean distil = family == Family.DISTILBERT;
    int hidden = config.integer(distil ? "dim" : "hidden_size", 1);
    int positions = config.integer("max_position_embeddings", 1);
    String activation = distil ? "activation" : "hidden_act";
    EncoderConfig encoder =
        new EncoderConfig(
            family,
            config.integer("vocab_size", 1),
            positions,
            family.countsPositionsFromPadding() ? config.integer("pad_token_id", 0, 1) + 1 : 0,
            distil ? 0 : config.integer("type_vocab_size", 0, 2),
            family == Family.ELECTRA ? config.integer("embedding_size", 1, 128) : hidden,
            hidden,
            config.integer(distil ? "n_layers" : "num_hidden_layers", 1),
            config.integer(distil ? "n_heads" : "num_attention_heads", 1),
            config.integer(distil ? "hidden_dim" : "intermediate_size", 1),
            activation(config.text(activation).orElse("gelu"), config.where() + ": " + activation),
            distil ? USUAL_EPSILON : config.number("layer_norm_eps", USUAL_EPSILON));
    encoder.check(config.where());
    refuseVariants(config);
    return encoder;
  }

  private void check(String where) throws CompileException {
    if (hidden % heads != 0) {
      throw new CompileException(
          where + ": the hidden size " + hidden + " is not a multiple of the " + heads + " heads.");
    }
    if (firstPosition >= positions) {
      throw new CompileException(
          "%s: pad_token_id is %d, which leaves no position of %d for a token."
              .formatted(where, firstPosition - 1, positions));
    }
    if (!(epsilon > 0 && (float) epsilon > 0 && epsilon < 1)) {
      throw new CompileException(
          where + ": layer_norm_eps is " + epsilon + ", but must be above 0 and below 1.");
    }
  }

  /** Refuses what would make another model of the same tensors. */
  private static void refuseVariants(Fields config) throws CompileException {
    String type = config.text("position_embedding_type").orElse("absolute");
    if (!type.equals("absolute")) {
      throw new CompileException(
          "%s: position_embedding_type is %s; only absolute is supported."
              .formatted(config.where(), type));
    }
    config.refuse("is_decoder", "but only encoders are supported");
    config.refuse("add_cross_attention", "but only encoders are supported");
    config.refuse("is_encoder_decoder", "but only encoders are supported");
    config.refuse("pruned_heads", "but pruned attention heads are not supported");
    config.refuse(
        "quantization_config",
        "but quantized weights are not supported; give the weights in fp32, fp16 or bf16");
    config.refuse("auto_map", "and code that a model brings is not run");
  }

  static Activation activation(String name, String where) throws CompileException {
    return switch (name) {
      case "gelu", "gelu_python" -> Activation.GELU_ERF;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate" -> Activation.GELU_TANH;
      case "quick_gelu" -> Activation.GELU_SIGMOID;
      case "relu" -> Activation.RELU;
      case "silu", "swish" -> Activation.SILU;
      default ->
          throw new CompileException(
              where
                  + " is "
                  + name
                  + "; it may be gelu, gelu_new, gelu_pytorch_tanh, quick_gelu, relu or silu.");
    };
  }
}
