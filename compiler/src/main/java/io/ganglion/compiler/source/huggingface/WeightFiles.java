package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensors;
import io.ganglion.runtime.model.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Finds a folder's weights: one safetensors file, or several with an index. */
final class WeightFiles {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  /** Says how to save a model again, as a line of Python. */
  @FunctionalInterface
  interface Conversion {
    /**
     * The line.
     *
     * @param argument what a class of transformers must be told to read the weights
     */
    String line(String argument);
  }

  /** Files of weights that are not read, with the argument that has transformers read them. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "pytorch_model.bin", "",
          "pytorch_model.bin.index.json", "",
          "tf_model.h5", ", from_tf=True",
          "flax_model.msgpack", ", from_flax=True");

  private WeightFiles() {}

  /** Whether a folder holds weights that are read. */
  static boolean areRead(Path folder) {
    return Files.exists(folder.resolve(SINGLE)) || Files.exists(folder.resolve(INDEX));
  }

  /** Whether a folder holds weights of any format, as {@code transformers} saves them. */
  static boolean in(Path folder) {
    return areRead(folder)
        || OTHERS.keySet().stream().anyMatch(name -> Files.exists(folder.resolve(name)));
  }

  /**
   * The tensors of a folder by their names.
   *
   * @param conversion saves them as safetensors
   */
  static Map<String, Checkpoint.Tensor> tensors(Path folder, Conversion conversion)
      throws CompileException {
    Path single = folder.resolve(SINGLE);
    if (Files.exists(single)) {
      Map<String, Checkpoint.Tensor> tensors = new LinkedHashMap<>();
      for (TensorSpec spec : specs(single)) {
        tensors.put(spec.name(), new Checkpoint.Tensor(single, spec));
      }
      return tensors;
    }
    if (Files.exists(folder.resolve(INDEX))) {
      return indexed(folder);
    }
    throw missing(folder, conversion);
  }

  private static CompileException missing(Path folder, Conversion conversion) {
    for (Map.Entry<String, String> other : new TreeMap<>(OTHERS).entrySet()) {
      if (Files.exists(folder.resolve(other.getKey()))) {
        return new CompileException(
            ("%s holds its weights as %s, and only safetensors are read; convert them once:"
                    + " python -c \"%s\"")
                .formatted(folder, other.getKey(), conversion.line(other.getValue())));
      }
    }
    return new CompileException(
        "%s holds no weights: neither %s nor %s is there; download it again."
            .formatted(folder, SINGLE, INDEX));
  }

  private static Map<String, Checkpoint.Tensor> indexed(Path folder) throws CompileException {
    Path index = folder.resolve(INDEX);
    Fields map =
        JsonFile.object(index)
            .object("weight_map")
            .orElseThrow(() -> new CompileException(index + " has no weight_map."));
    Map<String, Map<String, TensorSpec>> shards = new TreeMap<>();
    Map<String, Checkpoint.Tensor> tensors = new LinkedHashMap<>();
    for (String name : map.names()) {
      String shard = map.text(name).orElse("");
      Path file = shard(folder, index, shard);
      Map<String, TensorSpec> specs = shards.get(shard);
      if (specs == null) {
        specs = new LinkedHashMap<>();
        for (TensorSpec spec : specs(file)) {
          specs.put(spec.name(), spec);
        }
        shards.put(shard, specs);
      }
      TensorSpec spec = specs.get(name);
      if (spec == null) {
        throw new CompileException(
            "%s says that the tensor %s is in %s, but it is not; download the folder again."
                .formatted(index, name, shard));
      }
      tensors.put(name, new Checkpoint.Tensor(file, spec));
    }
    return tensors;
  }

  private static Path shard(Path folder, Path index, String name) throws CompileException {
    if (name.isEmpty() || name.startsWith(".") || !name.matches("[\\w.-]+")) {
      throw new CompileException(
          index + " names a file outside its folder, or none: " + name + "; it is not read.");
    }
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new CompileException(
          file + ", which " + INDEX + " names, is missing; download the folder again.");
    }
    return file;
  }

  private static List<TensorSpec> specs(Path file) throws CompileException {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      return tensors.specs();
    } catch (ArtifactException e) {
      throw new CompileException(e.getMessage(), e);
    }
  }
}
