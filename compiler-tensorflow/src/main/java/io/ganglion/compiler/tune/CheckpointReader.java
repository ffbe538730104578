package io.ganglion.compiler.tune;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.savedmodel.TensorBundle;
import io.ganglion.compiler.savedmodel.TensorFlowProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.Restore;
import org.tensorflow.types.TFloat32;

/**
 * Reads a TensorFlow checkpoint: names and shapes from its index, values through TensorFlow.
 * Immutable, thread-safe.
 */
final class CheckpointReader {
  private final Path prefix;
  private final Map<String, List<Integer>> shapes;

  private CheckpointReader(Path prefix, Map<String, List<Integer>> shapes) {
    this.prefix = prefix;
    this.shapes = shapes;
  }

  /**
   * Opens a checkpoint.
   *
   * @param path its prefix, such as {@code bert_model.ckpt}, or its index file
   */
  static CheckpointReader open(Path path) throws CompileException {
    if (Files.isDirectory(path)) {
      throw new CompileException(
          path + " is a directory; name the checkpoint in it, as in " + example(path) + ".");
    }
    Path prefix = prefix(path);
    Path index = index(prefix);
    if (!Files.isRegularFile(index)) {
      throw new CompileException(
          "There is no checkpoint %s: %s does not exist; name it as TensorFlow does, without .index"
                  .formatted(path, index)
              + " or .data.");
    }
    TensorBundle bundle = TensorBundle.open(prefix);
    Map<String, List<Integer>> shapes = new TreeMap<>();
    for (String key : bundle.keys()) {
      Weight tensor = bundle.find(key);
      if (tensor != null) {
        shapes.put(key, tensor.shape());
      }
    }
    return new CheckpointReader(prefix, shapes);
  }

  private static Path example(Path directory) throws CompileException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".index"))
          .max(Comparator.naturalOrder())
          .map(CheckpointReader::prefix)
          .orElse(directory.resolve("bert_model.ckpt"));
    } catch (IOException e) {
      throw new CompileException(directory + " cannot be listed: " + e.getMessage() + ".", e);
    }
  }

  private static Path index(Path prefix) {
    return prefix.resolveSibling(prefix.getFileName() + ".index");
  }

  private static Path prefix(Path path) {
    String name = String.valueOf(path.getFileName());
    return path.resolveSibling(name.replaceFirst("\\.(index|data-\\d+-of-\\d+|meta)$", ""));
  }

  /** The file that lists the tensors and has a checksum of each. */
  Path index() {
    return index(prefix);
  }

  /** Sizes of the axes of every tensor, by name. */
  Map<String, List<Integer>> shapes() {
    return shapes;
  }

  /** Values of these tensors, row-major, by name. */
  Map<String, float[]> read(Iterable<String> names) throws CompileException {
    Map<String, float[]> values = new LinkedHashMap<>();
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      for (String name : names) {
        Restore restore =
            tf.train.restore(
                tf.constant(prefix.toAbsolutePath().toString()),
                tf.array(name),
                tf.array(""),
                List.of(TFloat32.class));
        Session.Runner runner = session.runner().fetch(restore.tensors().get(0));
        try (Result result = TensorFlowProcess.silently(runner::run)) {
          TFloat32 tensor = (TFloat32) result.get(0);
          float[] copy = new float[Math.toIntExact(tensor.size())];
          tensor.asRawTensor().data().asFloats().read(copy);
          values.put(name, copy);
        }
      }
      return values;
    } catch (TensorFlowException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new CompileException("The checkpoint " + prefix + " cannot be read: " + why + ".", e);
    }
  }
}
