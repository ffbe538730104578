package io.ganglion.runtime.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The JSON of a {@code tokenizer.json}. */
final class TokenizerFile {
  /** Bounds memory. The largest files of models in use have 35 MB. */
  private static final long MAX_BYTES = 64 << 20;

  /** A list in an object in a list, a few times over. */
  private static final int MAX_DEPTH = 50;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  // A vocabulary's pieces are keys, and not worth a place in a table of names.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");
  private static final ObjectWriter PRETTY =
      JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(INDENT));

  private TokenizerFile() {}

  static ObjectNode read(Path file) throws TokenizerException {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new TokenizerException(
            "%s has %d bytes; a tokenizer has at most %d.".formatted(file, size, MAX_BYTES));
      }
      return parse(Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new TokenizerException("There is no tokenizer " + file + ".", e);
    } catch (IOException e) {
      throw new TokenizerException("Cannot read the tokenizer " + file + ": " + e.getMessage(), e);
    }
  }

  static ObjectNode parse(byte[] json, String where) throws TokenizerException {
    if (Utf8.decode(json) == null) {
      throw new TokenizerException(where + " is not UTF-8.");
    }
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new TokenizerException(where + " is not JSON: " + e.getOriginalMessage() + ".", e);
    } catch (IOException e) {
      throw new TokenizerException(where + " cannot be read: " + e.getMessage(), e);
    }
    if (root instanceof ObjectNode object) {
      return object;
    }
    throw new TokenizerException(where + " is not a tokenizer: it holds no object.");
  }

  static byte[] format(ObjectNode root) {
    try {
      return (PRETTY.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of plain values cannot fail to be written", e);
    }
  }
}
