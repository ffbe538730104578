package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An overflow in a request does not change a bit of other requests, in the same batch or later. */
class OverflowTest {
  private static final int OVERFLOWING = 159;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "312, 1200, 13, FP32", "312, 1200, 13, BF16", "312, 1200, 13, INT8",
    "42, 55, 3, FP32", "42, 55, 3, BF16", "42, 55, 3, INT8",
    "256, 1000, 4, BF16", "64, 2048, 2, INT8"
  })
  void aRequestThatOverflowsChangesNoBitOfAnother(
      int hidden, int intermediate, int heads, Precision precision) throws Exception {
    TestArtifacts model =
        TestArtifacts.of(new ModelDimensions(160, 40, 2, hidden, 2, heads, intermediate))
            .precision(precision)
            .batchSize(64)
            .overflowing(OVERFLOWING);
    List<TokenSequence> good = new ArrayList<>();
    for (TokenSequence input : model.inputs(60)) {
      Arrays.setAll(input.inputIds(), i -> input.inputIds()[i] % OVERFLOWING);
      good.add(input);
    }
    int[] ids = new int[40];
    Arrays.setAll(ids, i -> i % 3 == 0 ? OVERFLOWING : i);
    TokenSequence bad = new TokenSequence(ids, new int[ids.length]);
    Path written = model.write(directory.resolve("model"));
    try (CpuModel cpu = CpuModel.open(written, CpuOptions.DEFAULT)) {
      List<float[]> alone = new ArrayList<>();
      for (TokenSequence input : good) {
        alone.add(cpu.outputs(input));
      }
      assertThat(cpu.outputs(bad)).containsOnly(Float.NaN);
      Random random = new Random(hidden);
      for (int i = 0; i < good.size(); i++) {
        assertThat(cpu.outputs(good.get(i))).as("request %d after", i).isEqualTo(alone.get(i));
        List<TokenSequence> batch = new ArrayList<>();
        for (int j = 0; j < 1 + random.nextInt(10); j++) {
          batch.add(bad);
          batch.add(random.nextBoolean() ? good.get(random.nextInt(good.size())) : bad);
        }
        int at = random.nextInt(batch.size() + 1);
        batch.add(at, good.get(i));
        assertThat(cpu.core().infer(TokenBatch.of(batch)).of(at))
            .as("request %d among %d", i, batch.size())
            .isEqualTo(alone.get(i));
      }
    }
  }
}
