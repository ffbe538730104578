package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What sentence-transformers says of a model beside its modules: {@code
 * config_sentence_transformers.json} and {@code sentence_bert_config.json}.
 *
 * @param crossEncoder whether it is a cross-encoder
 * @param activation a cross-encoder's activation, a name of a PyTorch class; empty if not named
 * @param maxLength most tokens of a text; empty if not named
 * @param lowerCase whether texts are lower-cased before the tokenizer sees them
 * @param notes sentences for the user
 */
record SentenceSettings(
    boolean crossEncoder,
    Optional<String> activation,
    OptionalInt maxLength,
    boolean lowerCase,
    List<String> notes) {
  SentenceSettings {
    notes = List.copyOf(notes);
  }

  /**
   * The settings of a model.
   *
   * @param folder the model's
   * @param transformer the encoder's, mostly the same
   */
  static SentenceSettings of(Path folder, Path transformer) throws CompileException {
    List<String> notes = new ArrayList<>();
    boolean cross = false;
    Optional<String> activation = Optional.empty();
    Path main = folder.resolve("config_sentence_transformers.json");
    if (Files.exists(main)) {
      Fields config = JsonFile.object(main);
      cross = isCrossEncoder(config);
      activation = config.text("activation_fn");
      prompts(config, notes);
      config.refuse("truncate_dim", "but embeddings are not cut here");
      ModelConfig.note(config, Set.of("__version__", "similarity_fn_name"), notes);
    }
    OptionalInt maxLength = OptionalInt.empty();
    boolean lowerCase = false;
    Path bert = transformer.resolve("sentence_bert_config.json");
    if (Files.exists(bert)) {
      Fields config = JsonFile.object(bert);
      if (config.has("max_seq_length")) {
        maxLength = OptionalInt.of(config.integer("max_seq_length", 1));
      }
      lowerCase = config.flag("do_lower_case", false);
      ModelConfig.note(
          config, Set.of("transformer_task", "modality_config", "module_output_name"), notes);
    }
    return new SentenceSettings(cross, activation, maxLength, lowerCase, notes);
  }

  private static boolean isCrossEncoder(Fields config) throws CompileException {
    String type = config.text("model_type").orElse("SentenceTransformer");
    return switch (type) {
      case "CrossEncoder" -> true;
      case "SentenceTransformer" -> false;
      default ->
          throw new CompileException(
              ("%s: the model_type %s is not supported; it may be SentenceTransformer or"
                      + " CrossEncoder.")
                  .formatted(config.where(), type));
    };
  }

  /** Refuses a prompt before every text, and notes those that callers put there themselves. */
  private static void prompts(Fields config, List<String> notes) throws CompileException {
    Optional<Fields> prompts = config.object("prompts");
    Optional<String> always = config.text("default_prompt_name");
    List<String> spoken = new ArrayList<>();
    if (prompts.isPresent()) {
      for (String name : prompts.get().names()) {
        String prompt = prompts.get().text(name).orElse("");
        if (!prompt.isEmpty()) {
          spoken.add(name + " \"" + prompt + "\"");
        }
        if (!prompt.isEmpty() && always.isPresent() && always.get().equals(name)) {
          throw new CompileException(
              config.where()
                  + ": the prompt "
                  + name
                  + " stands before every text, which is not done here; set default_prompt_name to"
                  + " null and put it into the texts.");
        }
      }
    }
    if (!spoken.isEmpty()) {
      notes.add(
          "The model has prompts, which callers put before their texts: "
              + String.join(", ", spoken)
              + ".");
    }
  }
}
