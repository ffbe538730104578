package io.ganglion.bench.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.bench.engine.Engine;
import io.ganglion.bench.engine.Layout;
import io.ganglion.bench.engine.OnnxRuntimeEngine;
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

class BertOnnxTest {
  // fp32 against double, two layers.
  private static final float FP32_TOLERANCE = 2e-4f;
  // One byte for each weight and activation, two layers; a wrong graph is off by the logits' size.
  private static final float INT8_TOLERANCE = 0.12f;

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void onnxRuntimeGivesTheReferencesLogitsFromAnFp32File(Activation activation) throws Exception {
    agreesWithTheReference(activation, false, FP32_TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void onnxRuntimeComesNearTheReferencesLogitsFromAnInt8File(Activation activation)
      throws Exception {
    agreesWithTheReference(activation, true, INT8_TOLERANCE);
  }

  private void agreesWithTheReference(Activation activation, boolean int8, float tolerance)
      throws Exception {
    TestArtifacts model = TestArtifacts.tiny().activation(activation);
    List<TokenSequence> inputs = model.inputs(9);
    Path file = directory.resolve("model.onnx");
    try (Artifact artifact = Artifact.open(model.write(directory.resolve("artifact")))) {
      BertOnnx.write(ModelWeights.of(artifact), int8, file);
      ReferenceEncoder reference = ReferenceEncoder.of(artifact);
      for (int fixedLength : new int[] {0, 64}) {
        float[][] logits = run(file, fixedLength, inputs);
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

  private static float[][] run(Path file, int fixedLength, List<TokenSequence> inputs)
      throws Exception {
    Batch batch =
        new Batch(
            IntStream.range(0, inputs.size()).boxed().toList(), inputs, TokenBatch.of(inputs));
    try (OnnxRuntimeEngine engine = new OnnxRuntimeEngine(file, Layout.APART, 2, fixedLength);
        Engine.Worker worker = engine.open(0)) {
      return worker.infer(batch);
    }
  }
}
