package io.ganglion.compiler.backend.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Graph;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.Signature;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.Variables;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.pass.GraphPass.Program;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.savedmodel.SavedModelWriter;
import io.ganglion.compiler.savedmodel.SavedModelWriter.FileAttribute;
import io.ganglion.compiler.savedmodel.TensorBundleWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Writes a {@link NeuronGraph} with its weights, in fp32 in the checkpoint. The attribute {@link
 * #PARTITION} of each node says where it runs.
 */
public final class NeuronSavedModel {
  /** Attribute with the value "core" or "host". */
  static final String PARTITION = "_partition";

  private NeuronSavedModel() {}

  /**
   * Writes the SavedModel into a directory that must not exist, one weight after the other.
   *
   * @param labels number of columns of the answer
   * @param progress receives reports on the progress
   */
  public static void write(Path directory, NeuronGraph neuron, int labels, Progress progress)
      throws CompileException {
    List<Node> nodes = new ArrayList<>();
    for (Node node : neuron.placed().graph().nodes()) {
      String side = neuron.placed().isOnCore(node.name()) ? "core" : "host";
      nodes.add(node.with(PARTITION, new Attribute.Text(side)));
    }
    Program program = neuron.program();
    write(
        directory,
        new Program(Graph.of(nodes), program.output(), program.weights()),
        labels,
        List.of(),
        progress);
  }

  /** The same for any program with int32 inputs, with additional attributes of its nodes. */
  static void write(
      Path directory,
      Program program,
      int labels,
      List<FileAttribute> attributes,
      Progress progress)
      throws CompileException {
    GraphBuilder builder = new GraphBuilder();
    Variables variables = new Variables(builder);
    Map<String, Weight> stored = new TreeMap<>();
    for (Node node : program.graph().nodes()) {
      builder.add(node);
      if (node.is("VariableV2")) {
        Weight weight = Objects.requireNonNull(program.weights().get(node.name()), node.name());
        variables.adopt(node.name(), weight.shape());
        stored.put(node.name(), weight);
      }
    }
    Variables.Saver saver = variables.addSaver();
    SavedModelWriter.write(
        directory, builder.build(), signature(program, labels), saver, "group_deps", attributes);
    checkpoint(directory.resolve("variables").resolve("variables"), stored, progress);
  }

  private static void checkpoint(Path prefix, Map<String, Weight> weights, Progress progress)
      throws CompileException {
    long total = weights.values().stream().mapToLong(Weight::elements).sum();
    long done = 0;
    try (TensorBundleWriter checkpoint = new TensorBundleWriter(prefix)) {
      for (Map.Entry<String, Weight> weight : weights.entrySet()) {
        checkpoint.write(weight.getKey(), weight.getValue().shape(), weight.getValue().read());
        done += weight.getValue().elements();
        progress.at(done, total);
      }
      checkpoint.flush();
    }
  }

  /** The signature serving_default: int32 inputs [-1, length], probabilities [-1, labels]. */
  private static Signature signature(Program program, int labels) {
    Map<String, Signature.Port> inputs = new TreeMap<>();
    for (Node node : program.graph().nodes()) {
      List<Long> shape = node.shape();
      if (node.is("Placeholder") && shape != null) {
        TensorRef ref = TensorRef.of(node.name());
        inputs.put(node.name(), new Signature.Port(ref, ref, ElementType.INT32, true, shape));
      }
    }
    TensorRef output = program.output();
    Signature.Port probabilities =
        new Signature.Port(output, output, ElementType.FLOAT, true, List.of(-1L, (long) labels));
    return new Signature(
        "serving_default",
        "tensorflow/serving/predict",
        inputs,
        Map.of("probabilities", probabilities));
  }
}
