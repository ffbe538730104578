package io.ganglion.compiler.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.SettingException;
import io.ganglion.runtime.model.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The contents of a {@code bert_config.json}: the sizes of an encoder and settings of its training.
 *
 * @param activation GELU_ERF or GELU_TANH
 * @param hiddenDropout probability that an element of a dense layer's output is dropped in training
 * @param attentionDropout the same for attention probabilities
 * @param initializerRange standard deviation of fresh weights
 */
public record BertConfig(
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int maxPositions,
    int segments,
    Activation activation,
    double hiddenDropout,
    double attentionDropout,
    double initializerRange) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  public BertConfig {
    atLeastOne("vocab_size", vocabularySize);
    atLeastOne("hidden_size", hiddenSize);
    atLeastOne("num_hidden_layers", layers);
    atLeastOne("num_attention_heads", heads);
    atLeastOne("intermediate_size", intermediateSize);
    atLeastOne("max_position_embeddings", maxPositions);
    atLeastOne("type_vocab_size", segments);
    if (activation != Activation.GELU_ERF && activation != Activation.GELU_TANH) {
      throw new SettingException("a model is trained with GELU as erf or tanh has it");
    }
    probability("hidden_dropout_prob", hiddenDropout);
    probability("attention_probs_dropout_prob", attentionDropout);
    if (!(initializerRange > 0 && initializerRange < 10)) {
      throw new SettingException("initializer_range must be positive");
    }
    if (hiddenSize % heads != 0) {
      throw new SettingException(
          "hidden_size " + hiddenSize + " is not a multiple of num_attention_heads " + heads);
    }
  }

  /** A configuration with these sizes and BERT's usual other settings. */
  public static BertConfig ofSizes(
      int vocabularySize, int hiddenSize, int layers, int heads, int intermediateSize) {
    return new BertConfig(
        vocabularySize,
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        512,
        2,
        Activation.GELU_ERF,
        0.1,
        0.1,
        0.02);
  }

  /** Reads a {@code bert_config.json}. Unknown keys are ignored. */
  public static BertConfig read(Path file) throws CompileException {
    try {
      JsonNode json = MAPPER.readTree(Files.readString(file));
      return new BertConfig(
          integer(json, "vocab_size"),
          integer(json, "hidden_size"),
          integer(json, "num_hidden_layers"),
          integer(json, "num_attention_heads"),
          integer(json, "intermediate_size"),
          integer(json, "max_position_embeddings"),
          integer(json, "type_vocab_size"),
          gelu(json.path("hidden_act").asText("gelu")),
          json.path("hidden_dropout_prob").asDouble(0.1),
          json.path("attention_probs_dropout_prob").asDouble(0.1),
          json.path("initializer_range").asDouble(0.02));
    } catch (JsonProcessingException e) {
      throw new CompileException(file + " is not JSON: " + e.getOriginalMessage() + ".", e);
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    } catch (SettingException e) {
      throw new CompileException(
          file + " is not a usable BERT configuration: " + e.getMessage() + ".", e);
    }
  }

  /** Writes a {@code bert_config.json}. */
  public String toJson() {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("attention_probs_dropout_prob", attentionDropout);
    json.put("hidden_act", activation == Activation.GELU_ERF ? "gelu" : "gelu_new");
    json.put("hidden_dropout_prob", hiddenDropout);
    json.put("hidden_size", hiddenSize);
    json.put("initializer_range", initializerRange);
    json.put("intermediate_size", intermediateSize);
    json.put("max_position_embeddings", maxPositions);
    json.put("num_attention_heads", heads);
    json.put("num_hidden_layers", layers);
    json.put("type_vocab_size", segments);
    json.put("vocab_size", vocabularySize);
    return json.toPrettyString() + "\n";
  }

  int headSize() {
    return hiddenSize / heads;
  }

  /** The form that a name means to those who write such files: "gelu" is the exact one. */
  private static Activation gelu(String name) {
    return switch (name) {
      case "gelu" -> Activation.GELU_ERF;
      case "gelu_new", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
      default ->
          throw new SettingException(
              "hidden_act is "
                  + name
                  + ", and known are gelu (by erf), gelu_new and gelu_pytorch_tanh (by tanh)");
    };
  }

  private static int integer(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isInt()) {
      throw new SettingException(
          value.isMissingNode() ? key + " is missing" : key + " is not an integer: " + value);
    }
    return value.intValue();
  }

  private static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw new SettingException(key + " must be at least 1 and is " + value);
    }
  }

  private static void probability(String key, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new SettingException(key + " must be in [0, 1) and is " + value);
    }
  }
}
