package io.ganglion.compiler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TensorValues;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.ReferenceEncoder;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compares the shared forward pass, in plain arithmetic, with the reference that cores are tested
 * against.
 */
class EncoderForwardTest {
  private static final int INPUTS = 5;

  /** Largest difference of a logit. The reference gives logits in fp32. */
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void theForwardAnswersAsTheReference(Activation activation) throws Exception {
    assertSame(TestArtifacts.tiny().activation(activation), 0);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void everyActivationOfAHeadIsSaid(Activation activation) throws Exception {
    assertSame(
        TestArtifacts.tiny()
            .labels("a", "b", "c")
            .head(
                new HeadLayer("hidden", 32, 16, activation),
                new HeadLayer("out", 16, 3, Activation.TANH)),
        0);
  }

  @Test
  void paddingThatIsMaskedChangesNoAnswer() throws Exception {
    assertSame(TestArtifacts.tiny().sequenceLength(40), 7);
  }

  private void assertSame(TestArtifacts artifact, int padding) throws Exception {
    try (Artifact opened = Artifact.open(artifact.write(folder.resolve("model")))) {
      DoubleOperations ops =
          new DoubleOperations(opened.manifest(), TensorValues.of(opened.weights()));
      for (TokenSequence input : artifact.inputs(INPUTS)) {
        float[] expected = ReferenceEncoder.of(opened).outputs(input);
        double[] logits = logits(ops, opened.manifest(), input, padding);
        assertThat(logits).hasSameSizeAs(expected);
        for (int i = 0; i < logits.length; i++) {
          assertThat(logits[i]).isCloseTo(expected[i], within(TOLERANCE));
        }
      }
    }
  }

  private static double[] logits(
      DoubleOperations ops, ModelManifest manifest, TokenSequence input, int padding) {
    int length = input.length() + padding;
    EncoderForward<double[][]> forward =
        new EncoderForward<>(manifest.dimensions(), manifest.activation(), manifest.head(), ops);
    double[][] embedded =
        forward.embeddings(
            ops.lookup(WeightSchema.WORD_EMBEDDINGS, Arrays.copyOf(input.inputIds(), length)),
            ops.lookup(WeightSchema.SEGMENT_EMBEDDINGS, Arrays.copyOf(input.segmentIds(), length)),
            ops.lookup(WeightSchema.POSITION_EMBEDDINGS, IntStream.range(0, length).toArray()));
    double[] mask = new double[length];
    Arrays.fill(mask, input.length(), length, -10000);
    double[][] encoded = forward.encoder(embedded, new double[][] {mask});
    return forward.outputs(new double[][] {encoded[0]})[0];
  }
}
