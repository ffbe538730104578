package io.ganglion.compiler.target.savedmodel;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Phases;
import io.ganglion.compiler.graph.Attribute;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.GraphBuilder;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.graph.Variables;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.compiler.savedmodel.SavedModelWriter;
import io.ganglion.compiler.savedmodel.Signature;
import io.ganglion.compiler.savedmodel.TensorBundleWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Writes a {@link NeuronGraph} with its weights, fp32 in the checkpoint. Each node says in its
 * attribute {@link #PARTITION} where it runs.
 */
public final class NeuronSavedModel {
  /** "core" or "host". */
  static final String PARTITION = "_partition";

  private NeuronSavedModel() {}

  /**
   * Writes the SavedModel into a directory that must not exist, one weight after the other.
   *
   * @param labels columns of the answer
   * @param phases told how far it is
   */
  public static void write(Path directory, NeuronGraph neuron, int labels, Phases phases)
      throws CompileException {
    GraphBuilder builder = new GraphBuilder();
    Variables variables = new Variables(builder);
    List<Node> stored = new ArrayList<>();
    for (Node node : neuron.placed().graph().nodes()) {
      String side = neuron.placed().isOnCore(node.name()) ? "core" : "host";
      builder.add(node.with(PARTITION, new Attribute.Text(side)));
      if (node.is("VariableV2")) {
        variables.adopt(node.name(), weight(neuron, node).shape());
        stored.add(node);
      }
    }
    Variables.Saver saver = variables.addSaver();
    SavedModelWriter.write(
        directory, builder.build(), signature(neuron, labels), saver, "group_deps");
    Path prefix = directory.resolve("variables").resolve("variables");
    stored.sort(Comparator.comparing(Node::name));
    long total = 0;
    for (Node node : stored) {
      total += weight(neuron, node).elements();
    }
    long done = 0;
    try (TensorBundleWriter checkpoint = new TensorBundleWriter(prefix)) {
      for (Node node : stored) {
        Weight weight = weight(neuron, node);
        checkpoint.write(node.name(), weight.shape(), weight.read());
        done += weight.elements();
        phases.at(done, total);
      }
      checkpoint.flush();
    }
  }

  private static Weight weight(NeuronGraph neuron, Node variable) {
    return Objects.requireNonNull(neuron.program().weights().get(variable.name()), variable.name());
  }

  /** The signature serving_default: int32 inputs [-1, length], probabilities [-1, labels]. */
  private static Signature signature(NeuronGraph neuron, int labels) {
    Map<String, Signature.Port> inputs = new TreeMap<>();
    for (Node node : neuron.placed().graph().nodes()) {
      List<Long> shape = node.shape();
      if (node.is("Placeholder") && shape != null) {
        TensorRef ref = TensorRef.of(node.name());
        inputs.put(node.name(), new Signature.Port(ref, ref, ElementType.INT32, true, shape));
      }
    }
    TensorRef output = neuron.program().output();
    Signature.Port probabilities =
        new Signature.Port(output, output, ElementType.FLOAT, true, List.of(-1L, (long) labels));
    return new Signature(
        "serving_default",
        "tensorflow/serving/predict",
        inputs,
        Map.of("probabilities", probabilities));
  }
}
