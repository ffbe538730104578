package io.ganglion.compiler.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Node;
import io.ganglion.compiler.graph.TensorRef;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.model.HeadDense;
import io.ganglion.compiler.model.LayerNorm;
import io.ganglion.compiler.model.Weight;
import io.ganglion.compiler.partition.TargetOperators;
import io.ganglion.compiler.pass.GraphPass.Program;
import io.ganglion.compiler.pass.TensorFlowRun;
import io.ganglion.compiler.rewrite.NeuronGraph.Numerics;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NeuronGraphTest {
  private static final int LENGTH = 6;
  private static final Numerics WIDE = new Numerics(ElementType.FLOAT, ElementType.FLOAT, false);

  @TempDir Path temp;

  private final Random random = new Random(3);

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void theRewrittenGraphAnswersAsTheCanonicalOne(Activation activation) throws Exception {
    BertModel model = model(activation);
    float[] canonical = run("canonical", CanonicalGraph.of(model, LENGTH));
    NeuronGraph neuron = NeuronGraph.of(model, LENGTH, WIDE, TargetOperators.CPU);
    assertThat(neuron.program().graph().size())
        .isLessThan(CanonicalGraph.of(model, LENGTH).graph().size());
    float[] rewritten = run("rewritten", neuron.program());
    for (int i = 0; i < canonical.length; i++) {
      assertThat(rewritten[i]).isCloseTo(canonical[i], within(1e-6f));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "HALF"})
  void sixteenBitsEverywhereStayNear(ElementType type) throws Exception {
    BertModel model = model(Activation.GELU_TANH);
    float[] canonical = run("canonical", CanonicalGraph.of(model, LENGTH));
    Numerics narrow = new Numerics(type, type, true);
    NeuronGraph neuron = NeuronGraph.of(model, LENGTH, narrow, TargetOperators.CPU);
    float[] rewritten = run("rewritten", neuron.program());
    for (int i = 0; i < canonical.length; i++) {
      assertThat(rewritten[i]).isCloseTo(canonical[i], within(0.1f)).isNotNaN();
    }
    for (Node node : neuron.program().graph().nodes()) {
      if (node.name().startsWith(Units.ENCODER) && node.is("MatMul", "Rsqrt", "BatchMatMulV2")) {
        assertThat(node.type("T")).as(node.name()).isEqualTo(type);
      }
    }
    assertThat(neuron.program().graph().node("bert/embeddings/LayerNorm/batchnorm/Rsqrt").type("T"))
        .isEqualTo(ElementType.FLOAT);
  }

  @Test
  void everyTargetRunsEncoderPoolerAndHeadOfTwoInputs() {
    for (TargetOperators target :
        List.of(TargetOperators.CPU, TargetOperators.INF1, TargetOperators.xla("trn2"))) {
      Numerics narrow = new Numerics(ElementType.HALF, ElementType.HALF, true);
      NeuronGraph neuron = NeuronGraph.of(model(Activation.GELU_ERF), LENGTH, narrow, target);
      assertThat(neuron.partition().host()).containsExactly("embeddings", "mask", "softmax");
      assertThat(neuron.partition().core())
          .containsExactly("encoder.0", "encoder.1", "pooler", "head.0", "head.1");
      assertThat(neuron.placed().coreInputs())
          .containsExactlyInAnyOrder(
              TensorRef.of("bert/embeddings/LayerNorm/batchnorm/add_1"), TensorRef.of("mask/bias"));
      assertThat(neuron.placed().coreOutputs()).hasSize(1);
      assertThat(neuron.placed().work().coreShare()).isBetween(0.5, 1.0);
    }
  }

  @Test
  void theOperatorsOfATargetDecideWhatItRuns() {
    Set<String> operators = new TreeSet<>(TargetOperators.CPU.operators());
    operators.remove("Erf");
    TargetOperators noErf = new TargetOperators("other", operators);
    NeuronGraph exact = NeuronGraph.of(model(Activation.GELU_ERF), LENGTH, WIDE, noErf);
    assertThat(exact.partition().core()).isEmpty();
    Numerics crude = new Numerics(ElementType.FLOAT, ElementType.FLOAT, true);
    NeuronGraph rewritten = NeuronGraph.of(model(Activation.GELU_ERF), LENGTH, crude, noErf);
    assertThat(rewritten.partition().core()).contains("encoder.0", "encoder.1", "head.1");
    assertThat(exact.placed().work().coreShare()).isLessThan(rewritten.placed().work().coreShare());
  }

  @Test
  void theCountsDoNotDependOnTheTypeOfTheSource() {
    NeuronGraph neuron =
        NeuronGraph.of(model(Activation.GELU_TANH), LENGTH, WIDE, TargetOperators.xla("inf2"));
    assertThat(neuron.placed().coreOperators())
        .isLessThan(neuron.program().graph().size())
        .isGreaterThan(neuron.program().graph().size() / 2);
  }

  private float[] run(String name, Program program) throws Exception {
    int[] ids = new int[2 * LENGTH];
    int[] segments = new int[2 * LENGTH];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (7 * i + 3) % 40;
      segments[i] = i % LENGTH > 2 ? 1 : 0;
    }
    int[] mask = {1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0};
    return TensorFlowRun.run(
        temp.resolve(name),
        program,
        2,
        Map.of("input_ids", ids, "segment_ids", segments, "input_mask", mask));
  }

  @Test
  void theHeadsActivationsStayWithItsDenseLayers() {
    BertModel activated = model(Activation.GELU_ERF, Activation.GELU_ERF, Activation.TANH);
    Numerics crude = new Numerics(ElementType.FLOAT, ElementType.FLOAT, true);
    NeuronGraph neuron = NeuronGraph.of(activated, LENGTH, crude, TargetOperators.xla("inf2"));
    assertThat(neuron.placed().coreOutputs())
        .containsExactly(TensorRef.of("classifier/head.1/Tanh"));
    assertThat(neuron.program().graph().nodes())
        .filteredOn(node -> node.is("Erf"))
        .extracting(Node::name)
        .containsExactly("classifier/head.0/Erf");
  }

  private BertModel model(Activation activation) {
    return model(activation, Activation.RELU, Activation.NONE);
  }

  private BertModel model(Activation activation, Activation hidden, Activation last) {
    ModelDimensions dimensions = new ModelDimensions(40, 10, 2, 16, 2, 2, 32);
    List<EncoderLayer> layers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      layers.add(
          new EncoderLayer(
              dense(16, 16),
              dense(16, 16),
              dense(16, 16),
              (float) (1 / Math.sqrt(8)),
              dense(16, 16),
              norm(),
              dense(16, 32),
              dense(32, 16),
              norm()));
    }
    return new BertModel(
        dimensions,
        Task.classification(OutputActivation.SOFTMAX),
        activation,
        1e-12f,
        weight(40, 16),
        weight(10, 16),
        weight(2, 16),
        norm(),
        null,
        layers,
        List.of(
            new HeadDense(HeadLayer.POOLER, dense(16, 16), Activation.TANH),
            new HeadDense("head.0", dense(16, 8), hidden),
            new HeadDense("head.1", dense(8, 3), last)));
  }

  private Dense dense(int inputs, int outputs) {
    return new Dense(weight(inputs, outputs), weight(outputs));
  }

  private LayerNorm norm() {
    return new LayerNorm(weight(16), weight(16));
  }

  private Weight weight(Integer... sizes) {
    List<Integer> shape = List.of(sizes);
    float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.3 * random.nextGaussian() + (shape.size() == 1 ? 0.2 : 0));
    }
    return Weight.of("w", shape, values::clone);
  }
}
