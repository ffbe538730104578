package io.ganglion.bench.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.bench.engine.Engine;
import io.ganglion.bench.engine.Layout;
import io.ganglion.bench.engine.OnnxRuntimeEngine;
import io.ganglion.bench.workload.Batch;
import io.ganglion.compiler.onnx.OnnxReader;
import io.ganglion.compiler.onnx.run.GraphRun;
import io.ganglion.compiler.onnx.run.Tensor;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The compiler's run of an ONNX graph in double precision agrees with ONNX Runtime. */
class GraphRunAgreementTest {
  /** ONNX Runtime computes in fp32, on logits of a few units. */
  private static final double TOLERANCE = 2e-4;

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void bothGiveTheSameLogits(Activation activation) throws Exception {
    TestArtifacts model = TestArtifacts.tiny().activation(activation);
    Path file = directory.resolve("model.onnx");
    try (Artifact artifact = Artifact.open(model.write(directory.resolve("artifact")))) {
      BertOnnx.write(ModelWeights.of(artifact), false, file);
    }
    GraphRun run = GraphRun.of(OnnxReader.read(file));
    try (OnnxRuntimeEngine engine = new OnnxRuntimeEngine(file, Layout.APART, 1, 0);
        Engine.Worker worker = engine.open(0)) {
      for (TokenSequence input : model.inputs(5)) {
        Batch batch = new Batch(List.of(0), List.of(input), TokenBatch.of(List.of(input)));
        float[] expected = worker.infer(batch)[0];
        Tensor logits = run.run(feeds(input)).get(BertOnnx.LOGITS);
        assertThat(logits).isNotNull();
        for (int label = 0; label < expected.length; label++) {
          assertThat(logits.real(label)).isCloseTo(expected[label], within(TOLERANCE));
        }
      }
    }
  }

  private static Map<String, Tensor> feeds(TokenSequence input) {
    int[] ones = new int[input.length()];
    Arrays.fill(ones, 1);
    return Map.of(
        BertOnnx.INPUT_IDS, row(input.inputIds()),
        BertOnnx.SEGMENT_IDS, row(input.segmentIds()),
        BertOnnx.INPUT_MASK, row(ones));
  }

  private static Tensor row(int[] values) {
    return Tensor.integers(
        new int[] {1, values.length}, Arrays.stream(values).asLongStream().toArray());
  }
}
