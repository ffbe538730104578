package io.ganglion.compiler.backend.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Weight;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensorsWriter;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import io.ganglion.runtime.text.TokenizerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes folders. Weights are in fp32 and are read one after the other. Stateless. */
public final class HuggingFaceFolder {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private HuggingFaceFolder() {}

  /**
   * Writes a model.
   *
   * @param folder an existing folder
   * @param labels names of the answer's columns; none for an embedding
   * @param length most tokens of a text
   * @return what is not as in the model, a sentence each
   * @throws CompileException if no class of the two libraries has such a head
   */
  public static List<String> write(
      Path folder,
      BertModel model,
      TokenizerSpec tokenizer,
      List<String> labels,
      int length,
      Progress progress)
      throws CompileException {
    Architecture architecture = Architecture.of(model);
    json(folder.resolve("config.json"), ConfigFile.of(architecture, model, labels));
    tensors(folder.resolve("model.safetensors"), FolderTensors.of(architecture, model), progress);
    if (model.task().kind() == Task.Kind.SEQUENCE_EMBEDDING) {
      SentenceModules.write(folder, model, length);
    }
    return TokenizerFiles.write(folder, tokenizer, length);
  }

  static void json(Path file, JsonNode content) throws CompileException {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, JSON.writeValueAsBytes(content));
    } catch (IOException e) {
      throw new CompileException("Cannot write " + file + ": " + e.getMessage() + ".", e);
    }
  }

  static void tensors(Path file, Map<String, Weight> weights, Progress progress)
      throws CompileException {
    List<TensorSpec> specs =
        weights.entrySet().stream()
            .map(
                entry ->
                    TensorSpec.of(
                        entry.getKey(),
                        TensorType.F32,
                        entry.getValue().shape().toArray(Integer[]::new)))
            .toList();
    long total = weights.values().stream().mapToLong(Weight::elements).sum();
    long done = 0;
    try (SafeTensorsWriter writer = SafeTensorsWriter.create(file, specs)) {
      for (Map.Entry<String, Weight> weight : weights.entrySet()) {
        writer.write(weight.getKey(), weight.getValue().read());
        done += weight.getValue().elements();
        progress.at(done, total);
      }
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }
}
