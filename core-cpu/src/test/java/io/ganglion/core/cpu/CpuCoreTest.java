package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.ReferenceEncoder;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.HeadLayer;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CpuCoreTest {
  /** fp32: allows for another order of summing, and for oneDNN's approximate exp, tanh and erf. */
  private static final double FP32_TOLERANCE = 2e-5;

  /** bf16: allows for two layers of activations and weights rounded to 8 bits of mantissa. */
  private static final double BF16_TOLERANCE = 0.12;

  /** int8: allows for activations in steps of 1/127 of their largest value. */
  private static final double INT8_TOLERANCE = 0.4;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void fp32LogitsAreTheReferences(Activation activation) throws Exception {
    assertClose(TestArtifacts.tiny().activation(activation), FP32_TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void bf16LogitsAreNearTheReferences(Activation activation) throws Exception {
    assertClose(
        TestArtifacts.tiny().activation(activation).precision(Precision.BF16), BF16_TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(value = Activation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void int8LogitsAreNearTheReferences(Activation activation) throws Exception {
    assertClose(
        TestArtifacts.tiny().activation(activation).precision(Precision.INT8), INT8_TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void matricesOfEveryPrecisionMix(Precision precision) throws Exception {
    for (Precision other : EnumSet.complementOf(EnumSet.of(precision))) {
      Map<String, Precision> kept =
          Map.of(
              "encoder.0.attention.qkv", other,
              "encoder.0.intermediate", other,
              "encoder.1.attention.output", other,
              "encoder.1.output", other);
      assertClose(TestArtifacts.tiny().precision(precision).layerPrecision(kept), INT8_TOLERANCE);
    }
  }

  /** Its rows would share a cache set, so there are gaps between them. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void anActivationWithGapsIsNearTheReferences(Precision precision) throws Exception {
    TestArtifacts wide = TestArtifacts.of(new ModelDimensions(160, 40, 2, 32, 2, 2, 2048));
    assertClose(wide.precision(precision), INT8_TOLERANCE);
    for (Precision other : EnumSet.complementOf(EnumSet.of(precision))) {
      Map<String, Precision> kept = Map.of("encoder.0.output", other);
      assertClose(wide.precision(precision).layerPrecision(kept), INT8_TOLERANCE);
    }
  }

  @Test
  void weightsThatAreCutWhileTheyAreServedChangeNoAnswer() throws Exception {
    Path model = directory.resolve("served");
    try (CpuModel served = CpuModel.write(TestArtifacts.tiny(), model)) {
      int[] ids = new int[60];
      Arrays.setAll(ids, i -> 159 - i); // rows of the table's end
      TokenSequence last = new TokenSequence(ids, new int[ids.length]);
      float[] before = served.outputs(last);
      Files.write(model.resolve("weights.safetensors"), new byte[0]);
      assertThat(served.outputs(last)).isEqualTo(before);
    }
  }

  @Test
  void aHeadOfSeveralLayersIsTheReferences() throws Exception {
    int next = 0;
    for (Activation activation : Activation.values()) {
      HeadLayer first = new HeadLayer("dense", 32, 24, activation);
      HeadLayer last = new HeadLayer("classifier", 24, 3, Activation.NONE);
      assertClose(
          TestArtifacts.tiny().labels("a", "b", "c").head(first, last).seed(next++),
          FP32_TOLERANCE);
    }
  }

  @Test
  void oddSizesAreTheReferences() throws Exception {
    ModelDimensions odd = new ModelDimensions(101, 37, 1, 3 * 14, 1, 3, 55);
    assertClose(TestArtifacts.of(odd).labels("score"), FP32_TOLERANCE);
    assertClose(
        TestArtifacts.of(odd).labels("score").precision(Precision.BF16).seed(2), BF16_TOLERANCE);
    assertClose(
        TestArtifacts.of(odd).labels("score").precision(Precision.INT8).seed(3), INT8_TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void aBatchOfAnySizeIsRun(Precision precision) throws Exception {
    TestArtifacts model = TestArtifacts.tiny().precision(precision).batchSize(200);
    List<TokenSequence> inputs = new ArrayList<>(model.inputs(199));
    inputs.add(new TokenSequence(new int[] {2}, new int[] {0}));
    try (CpuModel cpu = CpuModel.write(model, directory.resolve("model"))) {
      float[] all = cpu.core().infer(TokenBatch.of(inputs)).values();
      for (int i = 0; i < inputs.size(); i++) {
        assertThat(cpu.outputs(inputs.get(i)))
            .as("request %d", i)
            .containsExactly(all[2 * i], all[2 * i + 1]);
      }
    }
  }

  @Test
  void whatIsOutsideTheTablesIsRefusedAndTheCoreGoesOn() throws Exception {
    TestArtifacts model = TestArtifacts.tiny().sequenceLength(8).batchSize(2);
    try (CpuModel cpu = CpuModel.write(model, directory.resolve("model"))) {
      TokenSequence good = new TokenSequence(new int[] {2, 7, 3}, new int[] {0, 0, 0});
      float[] before = cpu.outputs(good);
      assertRefused(cpu.core(), "input id 160 of token 1", new int[] {2, 160}, new int[] {0, 0});
      assertRefused(cpu.core(), "input id -1 of token 0", new int[] {-1, 3}, new int[] {0, 0});
      assertRefused(cpu.core(), "segment id 2 of token 1", new int[] {2, 3}, new int[] {0, 2});
      assertRefused(cpu.core(), "Request 0 has 9 tokens", new int[9], new int[9]);
      assertThatThrownBy(() -> cpu.core().infer(TokenBatch.of(List.of(good, good, good))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 requests");
      assertThat(cpu.outputs(good)).containsExactly(before);
    }
  }

  @Test
  void twoThreadsGiveNearlyTheSameAsOne() throws Exception {
    TestArtifacts model = TestArtifacts.tiny();
    Path written = model.write(directory.resolve("model"));
    try (CpuModel one = CpuModel.open(written, new CpuOptions(1, 0));
        CpuModel two = CpuModel.open(written, new CpuOptions(2, 0))) {
      for (TokenSequence input : model.inputs(5)) {
        float[] b = two.outputs(input);
        assertThat(one.outputs(input)).containsExactly(b, within(FP32_TOLERANCE));
      }
    }
  }

  @Test
  void onlyTheOwnerMayRunACoreAndClosingTwiceIsFine() throws Exception {
    CpuModel cpu = CpuModel.write(TestArtifacts.tiny(), directory.resolve("model"));
    TokenSequence input = new TokenSequence(new int[] {2, 3}, new int[] {0, 0});
    List<Throwable> thrown = new ArrayList<>();
    Thread stranger =
        new Thread(
            () -> {
              try {
                cpu.outputs(input);
              } catch (Exception e) {
                thrown.add(e);
              }
            });
    stranger.start();
    stranger.join();
    assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
    cpu.close();
    cpu.close();
    assertThatThrownBy(() -> cpu.outputs(input)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void noPartFallsToAReferenceKernel(Precision precision) throws Exception {
    try (CpuModel cpu =
        CpuModel.write(TestArtifacts.tiny().precision(precision), directory.resolve("model"))) {
      assertThat(cpu.factory().kernels()).isNotEmpty().noneMatch(KernelInfo::isReference);
    }
  }

  private void assertClose(TestArtifacts model, double tolerance) throws Exception {
    Path written = model.write(directory.resolve("model" + System.nanoTime()));
    try (CpuModel cpu = CpuModel.open(written, CpuOptions.DEFAULT);
        Artifact artifact = Artifact.open(written)) {
      ReferenceEncoder reference = ReferenceEncoder.of(artifact);
      for (TokenSequence input : model.inputs(12)) {
        float[] expected = reference.outputs(input);
        assertThat(cpu.outputs(input))
            .as("%d tokens", input.length())
            .containsExactly(expected, within(tolerance));
      }
    }
  }

  private static org.assertj.core.data.Offset<Float> within(double tolerance) {
    return org.assertj.core.data.Offset.offset((float) tolerance);
  }

  private static void assertRefused(NeuronCore core, String why, int[] ids, int[] segments) {
    assertThatThrownBy(() -> core.infer(TokenBatch.of(List.of(new TokenSequence(ids, segments)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
