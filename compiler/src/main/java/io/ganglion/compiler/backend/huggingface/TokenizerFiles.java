package io.ganglion.compiler.backend.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.text.TokenizerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes {@code tokenizer.json} as the HuggingFace libraries read it, from the normal form of a
 * tokenizer, which leaves out what changes no token.
 */
final class TokenizerFiles {
  /** Tokens that fill up batches, as the families call them. */
  private static final List<String> PADDING = List.of("[PAD]", "<pad>");

  private final ObjectNode root;
  private final List<String> notes = new ArrayList<>();

  private TokenizerFiles(ObjectNode root) {
    this.root = root;
  }

  /**
   * Writes the files.
   *
   * @param length most tokens of a text
   * @return what is not as in the tokenizer, a sentence each
   */
  static List<String> write(Path folder, TokenizerSpec tokenizer, int length)
      throws CompileException {
    TokenizerFiles files = new TokenizerFiles(parsed(tokenizer.toJson()));
    files.replaceGoogleRules();
    files.addLength(length);
    for (String absent : List.of("padding", "decoder")) {
      files.root.putNull(absent);
    }
    if (!files.root.has("added_tokens")) {
      files.root.putArray("added_tokens");
    }
    HuggingFaceFolder.json(folder.resolve("tokenizer.json"), files.root);
    HuggingFaceFolder.json(folder.resolve("tokenizer_config.json"), files.config(length));
    return List.copyOf(files.notes);
  }

  private static ObjectNode parsed(byte[] json) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException("A tokenizer's normal form is JSON", e);
    }
  }

  /** The library's nearest to google-research/bert, which differs in rare characters. */
  private void replaceGoogleRules() {
    JsonNode normalizer = root.path("normalizer");
    if (!normalizer.path("type").asText().equals("GoogleBert")) {
      return;
    }
    boolean lower = normalizer.path("lowercase").asBoolean();
    root.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", true)
        .put("strip_accents", lower)
        .put("lowercase", lower);
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    notes.add(
        "The tokenizer follows google-research/bert; tokenizer.json has HuggingFace's rules, which"
            + " differ in rare characters, in special tokens within texts and in where long pairs"
            + " are cut.");
  }

  private void addLength(int length) {
    ObjectNode truncation = (ObjectNode) root.get("truncation");
    if (truncation.path("strategy").asText().startsWith("Google")) {
      truncation.put("strategy", "LongestFirst");
    }
    truncation.put("max_length", length).put("stride", 0);
  }

  private ObjectNode config(int length) {
    ObjectNode config =
        JsonNodeFactory.instance
            .objectNode()
            .put("model_max_length", length)
            .put("tokenizer_class", "PreTrainedTokenizerFast");
    PADDING.stream()
        .filter(this::hasToken)
        .findFirst()
        .ifPresent(token -> config.put("pad_token", token));
    return config;
  }

  private boolean hasToken(String token) {
    for (JsonNode added : root.path("added_tokens")) {
      if (added.path("content").asText().equals(token)) {
        return true;
      }
    }
    return root.path("model").path("vocab").has(token);
  }
}
