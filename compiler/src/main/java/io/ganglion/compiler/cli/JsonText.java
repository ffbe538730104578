package io.ganglion.compiler.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Formats a tree of maps and lists as JSON. */
final class JsonText {
  private JsonText() {}

  static String of(Map<String, Object> report) throws CompileException {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
    } catch (JsonProcessingException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }

  static void write(Path file, Map<String, Object> report) throws CompileException {
    try {
      Files.writeString(file, of(report));
    } catch (IOException e) {
      throw new CompileException(
          "The report " + file + " cannot be written: " + e.getMessage() + ".", e);
    }
  }
}
