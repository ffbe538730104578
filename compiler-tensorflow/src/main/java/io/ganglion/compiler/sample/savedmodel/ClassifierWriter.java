package io.ganglion.compiler.sample.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.Variables;
import io.ganglion.compiler.sample.SampleConfig;
import io.ganglion.compiler.savedmodel.SavedModelWriter;
import io.ganglion.compiler.savedmodel.TensorBundleWriter;
import java.nio.file.Path;
import java.util.Map;

/** Writes a classifier with given weights as a SavedModel with the graph of {@link BertGraph}. */
public final class ClassifierWriter {
  private ClassifierWriter() {}

  /**
   * Writes {@code saved_model.pb} and {@code variables/} into an existing directory.
   *
   * @param config gives dimensions and inputs; its seed is not used
   * @param weights row-major values of every variable of the graph, by name
   */
  public static void write(Path directory, SampleConfig config, Map<String, float[]> weights)
      throws CompileException {
    BertGraph graph = BertGraph.withVariables(config);
    SavedModelWriter.write(
        directory, graph.graph(), graph.signature(), graph.saver(), "group_deps");
    Path prefix = directory.resolve("variables").resolve("variables");
    try (TensorBundleWriter checkpoint = new TensorBundleWriter(prefix)) {
      for (Variables.Variable variable : graph.variables()) {
        float[] values = weights.get(variable.name());
        if (values == null || values.length != variable.elements()) {
          throw new IllegalArgumentException(
              "No weights of the shape of " + variable + ". This is a bug.");
        }
        checkpoint.write(variable.name(), variable.shape(), values);
      }
      checkpoint.flush();
    }
  }
}
