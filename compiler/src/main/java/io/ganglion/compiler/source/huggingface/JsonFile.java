package io.ganglion.compiler.source.huggingface;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads small JSON files of a folder, with bounds on all that a hostile one could make large. */
final class JsonFile {
  /** The index of a model of thousands of tensors has less than one. */
  private static final long MAX_BYTES = 16 << 20;

  /** Configurations nest three deep. */
  private static final int MAX_DEPTH = 64;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength((int) MAX_BYTES)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonFile() {}

  /** The object in a file. */
  static Fields object(Path file) throws CompileException {
    if (read(file) instanceof ObjectNode object) {
      return new Fields(file.toString(), object);
    }
    throw new CompileException(file + " does not hold a JSON object; download it again.");
  }

  /** The array in a file. */
  static ArrayNode array(Path file) throws CompileException {
    if (read(file) instanceof ArrayNode array) {
      return array;
    }
    throw new CompileException(file + " does not hold a JSON array; download it again.");
  }

  private static JsonNode read(Path file) throws CompileException {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new IOException("it is not a regular file"); // reading a pipe would wait for a writer
      }
      long bytes = Files.size(file);
      if (bytes > MAX_BYTES) {
        throw new CompileException(
            file
                + " has "
                + bytes
                + " bytes, and such a file has at most "
                + MAX_BYTES
                + "; download it again.");
      }
      return MAPPER.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new CompileException(
          file
              + " is not well-formed JSON: "
              + oneLine(e.getOriginalMessage())
              + (e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr())
              + "; download it again.",
          e);
    } catch (IOException e) {
      throw new CompileException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private static String oneLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
