package io.ganglion.compiler.backend.neuron;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.model.BertModel;
import io.ganglion.compiler.model.Dense;
import io.ganglion.compiler.model.EncoderLayer;
import io.ganglion.compiler.partition.TargetOperators;
import io.ganglion.compiler.pass.TensorFlowRun;
import io.ganglion.compiler.rewrite.NeuronGraph;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * NeuronCores do not run the graph that the passes rewrote: the same forward pass is emitted again.
 * So both must compute the same.
 */
class RewrittenGraphTest {
  private static final int BATCH = 3;
  private static final int LENGTH = 12;

  /** The root of the head size is a power of two, so scaling by it does not round. */
  private static final float ROOT = 4;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "FP32, FP32, false, 1e-5",
    "FP32, FP32, true, 1e-5",
    "FP16, FP32, false, 2e-3",
    "FP16, FP16, true, 4e-3",
    "BF16, FP32, true, 1e-2",
    "BF16, BF16, false, 2e-2"
  })
  void whatHardwareIsGivenAnswersAsTheRewrittenGraph(
      NeuronType products, NeuronType norms, boolean crude, double tolerance) throws Exception {
    EncoderModel source = EncoderModel.of(TestArtifacts.tiny().activation(Activation.GELU_ERF), 4);
    // The manifest has the requested GELU, the recognised model the source's.
    EncoderModel compiled =
        EncoderModel.of(
            TestArtifacts.tiny().activation(crude ? Activation.GELU_SIGMOID : Activation.GELU_ERF),
            4);
    List<TokenSequence> inputs = source.inputs(BATCH, LENGTH, new Random(4));
    NeuronGraph graph =
        NeuronGraph.of(
            unscaled(source.bert()),
            LENGTH,
            new NeuronGraph.Numerics(type(products), type(norms), crude),
            TargetOperators.xla("inf2"));
    float[] expected =
        TensorFlowRun.run(folder.resolve("graph"), graph.program(), BATCH, feeds(inputs));
    Path file = folder.resolve("module");
    EncoderShape shape = new EncoderShape(compiled.manifest(), products, norms, BATCH, LENGTH);
    HloEncoderEmitter.emit(shape, compiled.weights()::get, file);
    float[] logits =
        new HloInterpreter(Files.readAllBytes(file))
            .run(NeuronProgram.LOGITS, compiled.hostPart(inputs, BATCH, LENGTH));
    int labels = source.manifest().labels().size();
    for (int row = 0; row < BATCH; row++) {
      float[] own = Arrays.copyOfRange(logits, row * labels, (row + 1) * labels);
      float[] found = compiled.manifest().answer(own);
      for (int i = 0; i < labels; i++) {
        assertThat(Math.abs(found[i] - expected[row * labels + i])).isLessThan((float) tolerance);
      }
    }
  }

  /** The same model with an unscaled query, so that a pass has a scale to fold. */
  private static BertModel unscaled(BertModel model) {
    List<EncoderLayer> layers =
        model.layers().stream()
            .map(
                layer ->
                    new EncoderLayer(
                        new Dense(
                            layer.query().kernel().scaled(ROOT), layer.query().bias().scaled(ROOT)),
                        layer.key(),
                        layer.value(),
                        1 / ROOT,
                        layer.attentionOutput(),
                        layer.attentionNorm(),
                        layer.intermediate(),
                        layer.output(),
                        layer.outputNorm()))
            .toList();
    return new BertModel(
        model.dimensions(),
        model.task(),
        model.activation(),
        model.layerNormEpsilon(),
        model.words(),
        model.positions(),
        model.segments(),
        model.embeddingsNorm(),
        model.projection(),
        layers,
        model.head());
  }

  private static ElementType type(NeuronType type) {
    return GraphDefOps.elementType(type);
  }

  private static Map<String, int[]> feeds(List<TokenSequence> inputs) {
    int[] ids = new int[BATCH * LENGTH];
    int[] mask = new int[BATCH * LENGTH];
    int[] segments = new int[BATCH * LENGTH];
    for (int row = 0; row < BATCH; row++) {
      TokenSequence input = inputs.get(row);
      System.arraycopy(input.inputIds(), 0, ids, row * LENGTH, input.length());
      System.arraycopy(input.segmentIds(), 0, segments, row * LENGTH, input.length());
      Arrays.fill(mask, row * LENGTH, row * LENGTH + input.length(), 1);
    }
    return Map.of("input_ids", ids, "input_mask", mask, "segment_ids", segments);
  }
}
