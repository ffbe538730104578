package io.ganglion.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.bench.onnx.ModelWeights;
import io.ganglion.bench.workload.Batch;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.ReferenceEncoder;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PyTorchEngineTest {
  // fp32 against double, two layers.
  private static final float FP32_TOLERANCE = 2e-4f;
  // Eight bits of every value; a wrong program is off by the logits' size.
  private static final float BF16_TOLERANCE = 0.1f;

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void pyTorchGivesTheReferencesLogitsInFp32(Activation activation) throws Exception {
    agreesWithTheReference(activation, PyTorchEngine.Type.FP32, FP32_TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void pyTorchComesNearTheReferencesLogitsInBf16(Activation activation) throws Exception {
    agreesWithTheReference(activation, PyTorchEngine.Type.BF16, BF16_TOLERANCE);
  }

  private void agreesWithTheReference(
      Activation activation, PyTorchEngine.Type type, float tolerance) throws Exception {
    TestArtifacts model = TestArtifacts.tiny().activation(activation);
    List<TokenSequence> inputs = model.inputs(9);
    try (Artifact artifact = Artifact.open(model.write(directory.resolve("artifact")))) {
      ReferenceEncoder reference = ReferenceEncoder.of(artifact);
      for (Layout layout : Layout.values()) {
        float[][] logits = run(ModelWeights.of(artifact), type, layout, inputs);
        for (int i = 0; i < inputs.size(); i++) {
          float[] expected = reference.outputs(inputs.get(i));
          assertThat(logits[i]).hasSameSizeAs(expected);
          for (int label = 0; label < expected.length; label++) {
            assertThat(logits[i][label]).isCloseTo(expected[label], within(tolerance));
          }
        }
      }
    }
  }

  private static float[][] run(
      ModelWeights weights, PyTorchEngine.Type type, Layout layout, List<TokenSequence> inputs)
      throws Exception {
    Batch batch =
        new Batch(
            IntStream.range(0, inputs.size()).boxed().toList(), inputs, TokenBatch.of(inputs));
    try (PyTorchEngine engine = new PyTorchEngine(weights, type, layout, 2);
        Engine.Worker worker = engine.open(0)) {
      return worker.infer(batch);
    }
  }
}
