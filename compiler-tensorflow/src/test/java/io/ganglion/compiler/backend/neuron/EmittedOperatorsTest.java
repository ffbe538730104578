package io.ganglion.compiler.backend.neuron;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.partition.TargetOperators;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.GraphDef;

/**
 * The operators that the partitioner allows for a target and those that are emitted for it are the
 * same.
 */
class EmittedOperatorsTest {
  @TempDir Path folder;

  @Test
  void neuronCcIsGivenNoOperatorThatThePartitionerDoesNotKnow() throws Exception {
    Set<String> emitted = new TreeSet<>();
    for (Activation inner : EnumSet.complementOf(EnumSet.of(Activation.NONE))) {
      for (Activation activation : Activation.values()) {
        TestArtifacts artifact =
            TestArtifacts.tiny()
                .activation(inner)
                .labels("a", "b")
                .head(
                    new HeadLayer("hidden", 32, 8, activation),
                    new HeadLayer("out", 8, 2, Activation.NONE));
        addOperators(EncoderModel.of(artifact, 1), emitted);
      }
    }
    assertThat(emitted).contains("MatMul", "BatchMatMul", "Erf", "Softmax");
    emitted.removeAll(Set.of("Const", "Placeholder"));
    assertThat(TargetOperators.INF1.operators()).containsAll(emitted);
  }

  private void addOperators(EncoderModel model, Set<String> operators) throws Exception {
    Path file = folder.resolve("graph_def.pb");
    EncoderShape shape = new EncoderShape(model.manifest(), NeuronType.FP16, NeuronType.FP32, 2, 4);
    GraphDefEmitter.emit(shape, model.weights()::get, file);
    GraphDef.parseFrom(Files.readAllBytes(file))
        .getNodeList()
        .forEach(node -> operators.add(node.getOp()));
  }
}
