package io.ganglion.compiler.source.huggingface;

import io.ganglion.compiler.CompileException;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.SafeTensors;
import io.ganglion.runtime.model.TensorSpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a folder, by names without the family's prefix and without the old spellings gamma
 * and beta. Values stay on disk until they are read. Immutable.
 */
final class Checkpoint {
  /**
   * Where a tensor is.
   *
   * @param file a safetensors file
   * @param spec its name there, its type and its shape
   */
  record Tensor(Path file, TensorSpec spec) {
    List<Integer> shape() {
      return spec.shape();
    }

    /** All values in fp32, a fresh array, all of them finite. */
    float[] read() throws CompileException {
      float[] values;
      try (SafeTensors tensors = SafeTensors.open(file)) {
        values = tensors.reals(spec.name());
      } catch (ArtifactException e) {
        throw new CompileException(e.getMessage(), e);
      }
      for (float value : values) {
        if (!Float.isFinite(value)) {
          throw new CompileException(
              "%s: the tensor %s holds a value that is not finite, %s."
                  .formatted(file, spec.name(), value));
        }
      }
      return values;
    }
  }

  private final Path folder;
  private final Map<String, Tensor> tensors;

  private Checkpoint(Path folder, Map<String, Tensor> tensors) {
    this.folder = folder;
    this.tensors = tensors;
  }

  /**
   * The tensors of a folder.
   *
   * @param prefix may stand before names, as in {@code bert.encoder}; empty for none
   * @param conversion saves them as safetensors, if they are not
   */
  static Checkpoint open(Path folder, String prefix, WeightFiles.Conversion conversion)
      throws CompileException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> before = new HashMap<>();
    for (Map.Entry<String, Tensor> entry : WeightFiles.tensors(folder, conversion).entrySet()) {
      String name = plain(entry.getKey(), prefix);
      String other = before.put(name, entry.getKey());
      if (other != null) {
        throw new CompileException(
            "%s holds both %s and %s, so it is not clear which one counts."
                .formatted(folder, other, entry.getKey()));
      }
      tensors.put(name, entry.getValue());
    }
    return new Checkpoint(folder, tensors);
  }

  private static String plain(String name, String prefix) {
    boolean prefixed = !prefix.isEmpty() && name.startsWith(prefix + ".");
    String bare = prefixed ? name.substring(prefix.length() + 1) : name;
    if (bare.endsWith("LayerNorm.gamma")) {
      return bare.replaceFirst("gamma$", "weight");
    }
    return bare.endsWith("LayerNorm.beta") ? bare.replaceFirst("beta$", "bias") : bare;
  }

  /** All tensors, by their plain names. */
  Map<String, Tensor> tensors() {
    return Map.copyOf(tensors);
  }

  /** The tensor of this plain name, which must have this shape and a type of real numbers. */
  Tensor tensor(String name, Integer... shape) throws CompileException {
    Tensor tensor = tensors.get(name);
    List<Integer> wanted = List.of(shape);
    if (tensor == null) {
      throw new CompileException(
          "%s holds no tensor %s %s, which its configuration asks for; download the folder again."
              .formatted(folder, name, wanted));
    }
    if (!tensor.spec().type().isReal()) {
      throw new CompileException(
          "%s: the tensor %s is of type %s; weights are of type F32, F16 or BF16."
              .formatted(tensor.file(), tensor.spec().name(), tensor.spec().type()));
    }
    if (!tensor.shape().equals(wanted)) {
      throw new CompileException(
          "%s: the tensor %s has the shape %s, but by the configuration it is %s."
              .formatted(tensor.file(), tensor.spec().name(), tensor.shape(), wanted));
    }
    return tensor;
  }
}
