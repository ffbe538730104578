package io.ganglion.compiler.source.onnx;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the JSON files beside a model say of it that its graph does not: names of labels, and what
 * is done with its outputs. Weights and sizes are the graph's alone.
 *
 * @param labels names of the labels, in order; empty if they have none
 * @param output what turns logits into the answer; null if no file says it
 * @param pooling what sentence-transformers does with the tokens' rows; null if no file says it
 * @param unit whether it brings vectors to the length 1
 */
record Settings(
    Optional<List<String>> labels,
    @Nullable OutputActivation output,
    @Nullable Pooling pooling,
    boolean unit) {
  /** Configurations have some kilobytes. */
  private static final long MOST_BYTES = 1 << 20;

  private static final int DEEPEST = 64;
  private static final String CONFIG = "config.json";
  private static final String MODULES = "modules.json";
  private static final String SENTENCES = "config_sentence_transformers.json";

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
              .build());

  Settings {
    labels = labels.map(List::copyOf);
  }

  /** The settings in a folder; none of its files must be there. */
  static Settings of(Path folder) throws CompileException {
    JsonNode config = read(folder.resolve(CONFIG));
    Optional<List<String>> labels = labels(config, folder.resolve(CONFIG));
    Pooling pooling = null;
    boolean unit = false;
    JsonNode sentences = read(folder.resolve(SENTENCES));
    for (JsonNode module : read(folder.resolve(MODULES))) {
      String type = module.path("type").asText();
      String name = type.substring(type.lastIndexOf('.') + 1);
      switch (name) {
        case "Transformer" -> {}
        case "Pooling" -> pooling = pooling(folder.resolve(module.path("path").asText()));
        case "Normalize" -> unit = true;
        default ->
            throw new CompileException(
                "%s names the module %s, which the ONNX file does not hold; give the folder with the model's safetensors."
                    .formatted(folder.resolve(MODULES), type));
      }
    }
    return new Settings(labels, output(config, sentences, labels, folder), pooling, unit);
  }

  /** The files of a folder that settings are read from. */
  static List<Path> files(Path folder) {
    return Stream.of(CONFIG, SENTENCES, MODULES, "1_Pooling/" + CONFIG)
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .toList();
  }

  private static JsonNode read(Path file) throws CompileException {
    if (!Files.isRegularFile(file)) {
      return JSON.createObjectNode();
    }
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new CompileException(
            file + " has more than " + MOST_BYTES + " bytes; download it again.");
      }
      JsonNode node = JSON.readTree(Files.readAllBytes(file));
      return node == null ? JSON.createObjectNode() : node;
    } catch (JacksonException e) {
      throw new CompileException(
          "%s is not well-formed JSON; download it again (%s)."
              .formatted(
                  file, String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("")),
          e);
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private static Optional<List<String>> labels(JsonNode config, Path file) throws CompileException {
    JsonNode names = config.path("id2label");
    if (names.isEmpty()) {
      return Optional.empty();
    }
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      JsonNode name = names.path(Integer.toString(i));
      if (!name.isTextual()) {
        throw new CompileException(
            "%s: id2label names %d labels, but none is called %d; number them from 0 on."
                .formatted(file, names.size(), i));
      }
      labels.add(name.asText());
    }
    return Optional.of(labels);
  }

  /** As the library that saved the model turns its logits into scores. */
  private static @Nullable OutputActivation output(
      JsonNode config, JsonNode sentences, Optional<List<String>> labels, Path folder)
      throws CompileException {
    JsonNode older = config.path("sentence_transformers");
    String activation =
        sentences
            .path("activation_fn")
            .asText(
                older
                    .path("activation_fn")
                    .asText(config.path("sbert_ce_default_activation_function").asText("")));
    boolean single = labels.isPresent() && labels.get().size() == 1;
    if (!activation.isEmpty() && !activation.equals("null")) {
      String name = activation.substring(activation.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
      return switch (name) {
        case "identity" -> OutputActivation.IDENTITY;
        case "sigmoid" -> OutputActivation.SIGMOID;
        case "softmax" -> OutputActivation.SOFTMAX;
        default ->
            throw new CompileException(
                "%s: the activation %s is not supported; it may be Identity, Sigmoid or Softmax."
                    .formatted(folder.resolve(CONFIG), activation));
      };
    }
    boolean crossEncoder =
        older.isObject() || sentences.path("model_type").asText().equals("CrossEncoder");
    if (crossEncoder) {
      return single ? OutputActivation.SIGMOID : OutputActivation.IDENTITY;
    }
    String problem = config.path("problem_type").asText("null");
    return switch (problem) {
      case "regression" -> OutputActivation.IDENTITY;
      case "multi_label_classification" -> OutputActivation.SIGMOID;
      case "single_label_classification", "null" ->
          labels.isEmpty() ? null : single ? OutputActivation.SIGMOID : OutputActivation.SOFTMAX;
      default ->
          throw new CompileException(
              "%s: the problem_type %s is not known.".formatted(folder.resolve(CONFIG), problem));
    };
  }

  private static Pooling pooling(Path folder) throws CompileException {
    Path file = folder.resolve(CONFIG);
    JsonNode config = read(file);
    List<Pooling> chosen = new ArrayList<>();
    String mode = config.path("pooling_mode").asText("");
    boolean known = true;
    for (String name : mode.isEmpty() ? flags(config) : List.of(mode)) {
      switch (name) {
        case "cls", "cls_token" -> chosen.add(Pooling.FIRST);
        case "mean", "mean_tokens" -> chosen.add(Pooling.MEAN);
        case "max", "max_tokens" -> chosen.add(Pooling.MAX);
        default -> known = false;
      }
    }
    if (!known || chosen.size() != 1) {
      throw new CompileException(
          file + ": only one pooling is supported, by the first token, the mean or the maximum.");
    }
    return chosen.get(0);
  }

  /** The older form: a truth value for each mode. */
  private static List<String> flags(JsonNode config) {
    List<String> modes = new ArrayList<>();
    String prefix = "pooling_mode_";
    for (Map.Entry<String, JsonNode> field : config.properties()) {
      if (field.getKey().startsWith(prefix) && field.getValue().asBoolean()) {
        modes.add(field.getKey().substring(prefix.length()));
      }
    }
    return modes;
  }
}
