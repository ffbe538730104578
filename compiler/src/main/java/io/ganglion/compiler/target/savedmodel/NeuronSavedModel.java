package io.ganglion.compiler.target.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.pass.CastMatrixProducts;
import io.ganglion.compiler.pass.GraphPass;
import io.ganglion.compiler.savedmodel.SavedModelWriter;
import io.ganglion.compiler.savedmodel.Signature;
import io.ganglion.compiler.savedmodel.TensorBundleWriter;
import io.ganglion.compiler.target.cpu.ArtifactWeights;
import io.ganglion.compiler.target.neuron.WeightSource;
import io.ganglion.runtime.artifact.ModelManifest;
import io.ganglion.runtime.artifact.Precision;
import io.ganglion.runtime.artifact.TensorSpec;
import io.ganglion.runtime.artifact.WeightSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes a {@link NeuronGraph} with its weights, fp32 in the checkpoint. */
public final class NeuronSavedModel {
  private NeuronSavedModel() {}

  /** The graph in the manifest's precision. */
  public static GraphPass.Program program(ModelManifest manifest) {
    NeuronGraph graph = new NeuronGraph(manifest);
    GraphPass.Program program = new GraphPass.Program(graph.graph(), graph.output());
    return manifest.precision() == Precision.FP32
        ? program
        : new CastMatrixProducts(NeuronGraph.CORE + "encoder.", ElementType.BFLOAT16)
            .apply(program);
  }

  /** Writes the SavedModel into a directory that must not exist. */
  public static void write(Path directory, ModelManifest manifest, ArtifactWeights weights)
      throws CompileException {
    GraphPass.Program program = program(manifest);
    SavedModelWriter.write(
        directory,
        program.graph(),
        signature(manifest, program.output()),
        new NeuronGraph(manifest).saver(),
        "group_deps");
    checkpoint(directory, WeightSchema.of(manifest), weights::read);
  }

  /** Writes the values of the variables, one at a time. */
  static void checkpoint(Path directory, List<TensorSpec> variables, WeightSource values)
      throws CompileException {
    Path prefix = directory.resolve("variables").resolve("variables");
    try (TensorBundleWriter checkpoint = new TensorBundleWriter(prefix)) {
      for (TensorSpec spec : variables) {
        checkpoint.write(spec.name(), spec.shape(), values.read(spec.name()));
      }
      checkpoint.flush();
    }
  }

  /** The signature serving_default: int32 inputs [-1, sequence], probabilities [-1, labels]. */
  public static Signature signature(ModelManifest manifest, TensorRef output) {
    Map<String, Signature.Port> inputs = new TreeMap<>();
    List<Long> shape = List.of(-1L, (long) manifest.sequenceLength());
    for (String name : List.of("input_ids", "input_mask", "segment_ids")) {
      TensorRef ref = TensorRef.of(name);
      inputs.put(name, new Signature.Port(ref, ref, ElementType.INT32, true, shape));
    }
    Signature.Port probabilities =
        new Signature.Port(
            output, output, ElementType.FLOAT, true, List.of(-1L, (long) manifest.labels().size()));
    return new Signature(
        "serving_default",
        "tensorflow/serving/predict",
        inputs,
        Map.of("probabilities", probabilities));
  }
}
