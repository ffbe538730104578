package io.ganglion.deploy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** YAML as trees. */
final class Yaml {
  static final ObjectMapper MAPPER = new ObjectMapper(new YAMLFactory());

  private Yaml() {}

  /** The documents of a text, without the empty ones. */
  static List<JsonNode> documents(String text) throws IOException {
    try (MappingIterator<JsonNode> documents =
        MAPPER.readerFor(new TypeReference<JsonNode>() {}).readValues(text)) {
      return documents.readAll().stream().filter(JsonNode::isObject).toList();
    }
  }

  static JsonNode file(Path path) throws IOException {
    return MAPPER.readTree(Files.readString(path));
  }
}
