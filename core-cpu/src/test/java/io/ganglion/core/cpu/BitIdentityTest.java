package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A request's logits are the same bits whatever shares its batch. */
class BitIdentityTest {
  private static final int MAX_BATCH = 24;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Precision.class)
  void aPairHasTheSameBitsAloneAndInAHundredRandomBatches(Precision precision) throws Exception {
    assertSameBits(
        TestArtifacts.of(new ModelDimensions(160, 64, 2, 128, 2, 2, 512)), precision, 1, 100, 1);
  }

  @Tag("proof")
  @ParameterizedTest
  @EnumSource(Precision.class)
  void aThousandRandomBatchesOfAWideModelDifferInNoBit(Precision precision) throws Exception {
    ModelDimensions wide = new ModelDimensions(160, 128, 2, 1024, 2, 16, 4096);
    assertSameBits(TestArtifacts.of(wide), precision, 2, 1000, 1);
  }

  @Tag("proof")
  @ParameterizedTest
  @EnumSource(Precision.class)
  void twoThreadsDifferInNoBitEither(Precision precision) throws Exception {
    ModelDimensions base = new ModelDimensions(160, 64, 2, 768, 2, 12, 3072);
    assertSameBits(TestArtifacts.of(base), precision, 3, 200, 2);
  }

  private void assertSameBits(
      TestArtifacts model, Precision precision, long seed, int batches, int threads)
      throws Exception {
    Random random = new Random(seed);
    Path written =
        model.precision(precision).batchSize(MAX_BATCH).write(directory.resolve("model"));
    List<TokenSequence> inputs = model.inputs(40);
    try (CpuModel cpu = CpuModel.open(written, new CpuOptions(threads, 0))) {
      List<float[]> alone = new ArrayList<>();
      for (TokenSequence input : inputs) {
        alone.add(cpu.logits(input));
      }
      for (int batch = 0; batch < batches; batch++) {
        List<Integer> members =
            random.ints(1 + random.nextInt(MAX_BATCH), 0, inputs.size()).boxed().toList();
        float[] together =
            cpu.core().infer(TokenBatch.of(members.stream().map(inputs::get).toList())).values();
        for (int i = 0; i < members.size(); i++) {
          for (int label = 0; label < 2; label++) {
            assertThat(Float.floatToRawIntBits(together[2 * i + label]))
                .as("seed %d, batch %d %s, request %d, label %d", seed, batch, members, i, label)
                .isEqualTo(Float.floatToRawIntBits(alone.get(members.get(i))[label]));
          }
        }
      }
    }
  }
}
