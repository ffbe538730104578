package io.ganglion.compiler.source.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code tokenizer_config.json} says of a tokenizer that has no {@code tokenizer.json}. What
 * it does not say is as the tools take it then.
 *
 * @param lowerCase whether texts are lower-cased if nothing says it
 */
record TokenizerConfig(JsonNode fields, boolean lowerCase) {
  private static final String FILE = "tokenizer_config.json";
  private static final String LOWER_CASE = "do_lower_case";

  /** Bounds memory; the files of models in use have some kilobytes, with many tokens a megabyte. */
  private static final long MAX_BYTES = 16 << 20;

  static TokenizerConfig read(Path folder, boolean lowerCase) throws CompileException {
    Path file = folder.resolve(FILE);
    JsonNode fields =
        Files.exists(file) ? json(file, MAX_BYTES) : JsonNodeFactory.instance.objectNode();
    if (!lowerCase && fields.path(LOWER_CASE).asBoolean(false)) {
      throw contradicted(file);
    }
    return new TokenizerConfig(fields, lowerCase);
  }

  private static CompileException contradicted(Path file) {
    return new CompileException(
        file + " lower-cases texts, and case is to be kept; leave that to the file.");
  }

  /** Whether texts are lower-cased. */
  boolean lowercases() {
    return flag(LOWER_CASE, lowerCase);
  }

  /** The object in a file of at most so many bytes. */
  static ObjectNode json(Path file, long most) throws CompileException {
    try {
      if (Files.size(file) > most) {
        throw new CompileException(
            "%s has %d bytes, and at most %d are read.".formatted(file, Files.size(file), most));
      }
      if (new ObjectMapper().readTree(file.toFile()) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new CompileException(file + " is not JSON: " + e.getOriginalMessage() + ".", e);
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
    throw new CompileException(file + " holds no object.");
  }

  boolean flag(String name, boolean absent) {
    return fields.path(name).asBoolean(absent);
  }

  /** A flag that may be absent or null, as it stands in a {@code tokenizer.json}. */
  JsonNode flagOrNull(String name) {
    JsonNode value = fields.path(name);
    return value.isBoolean() ? value : JsonNodeFactory.instance.nullNode();
  }

  /** A special token; it is a text, or an object with the text in it. */
  String token(String name, String absent) {
    JsonNode value = fields.path(name);
    String text = (value.isObject() ? value.path("content") : value).textValue();
    return text == null ? absent : text;
  }

  /**
   * Refuses a folder whose two files say different things of case, accents or Chinese characters:
   * some tools follow the one and some the other.
   */
  void requireAgreement(Path folder, JsonNode tokenizer) throws CompileException {
    JsonNode normalizer = tokenizer.path("normalizer");
    if (!normalizer.path("type").asText().equals("BertNormalizer")) {
      return;
    }
    if (!lowerCase && normalizer.path("lowercase").asBoolean(true)) {
      throw contradicted(folder);
    }
    requireEqual(folder, LOWER_CASE, normalizer.path("lowercase"));
    requireEqual(folder, "strip_accents", normalizer.path("strip_accents"));
    requireEqual(folder, "tokenize_chinese_chars", normalizer.path("handle_chinese_chars"));
  }

  private void requireEqual(Path folder, String name, JsonNode other) throws CompileException {
    JsonNode own = fields.path(name);
    if (own.isBoolean() && other.isBoolean() && !own.equals(other)) {
      throw new CompileException(
          "%s says %s %s and tokenizer.json the opposite; set both as the model was trained."
              .formatted(folder.resolve(FILE), name, own));
    }
  }
}
