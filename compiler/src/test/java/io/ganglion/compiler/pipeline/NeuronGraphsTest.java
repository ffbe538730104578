package io.ganglion.compiler.pipeline;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.partition.TargetOperators;
import io.ganglion.runtime.model.Partition;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NeuronGraphsTest {
  private static final TargetOperators TARGET =
      new TargetOperators("inf9", Set.of("MatMul", "Add"));

  @Test
  void aTargetThatCannotRunAPartOfTheProgramIsRefusedWithWhatItCan() {
    Partition partition =
        new Partition(List.of("embeddings", "encoder.1", "head.0"), List.of("encoder.0"));
    assertThatThrownBy(
            () -> NeuronGraphs.requireWhole(TARGET, partition, List.of("pooler", "head.0")))
        .isInstanceOf(CompileException.class)
        .hasMessage(
            "The target inf9 cannot run encoder.1, head.0 of this model; the operators it can run"
                + " are Add, MatMul.");
  }

  @Test
  void embeddingsMaskAndSoftmaxAreTheHosts() {
    Partition partition =
        new Partition(
            List.of("embeddings", "mask", "softmax"), List.of("encoder.0", "pooler", "head.0"));
    assertThatCode(() -> NeuronGraphs.requireWhole(TARGET, partition, List.of("pooler", "head.0")))
        .doesNotThrowAnyException();
  }
}
