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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A request's logits do not depend on its batch, to the bit. */
class BitIdentityTest {
  private static final int MAX_BATCH = 24;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Precision.class)
  void aPairHasTheSameBitsAloneAndInAHundredRandomBatches(Precision precision) throws Exception {
    assertSameBits(
        TestArtifacts.of(new ModelDimensions(160, 64, 2, 128, 2, 2, 512)), precision, 1, 100, 1);
  }

  /**
   * As wide as BERT-Base and BERT-Large, where some kernels cut their sums depending on the number
   * of rows.
   */
  @ParameterizedTest
  @CsvSource({
    "768, 3072, FP32", "768, 3072, BF16", "768, 3072, INT8",
    "1024, 4096, FP32", "1024, 4096, BF16", "1024, 4096, INT8"
  })
  void aWideLayerGivesARequestTheSameBitsInEveryNumberOfRows(
      int hidden, int intermediate, Precision precision) throws Exception {
    int[] rows = IntStream.rangeClosed(1, RowBuckets.of(512)).map(RowBuckets::rows).toArray();
    assertSameBitsInAllRows(hidden, intermediate, precision, 1, rows);
  }

  @Tag("proof")
  @ParameterizedTest
  @CsvSource({
    "72, 288",
    "72, 200",
    "96, 384",
    "96, 55",
    "128, 512",
    "128, 333",
    "312, 1200",
    "312, 1248",
    "384, 1536",
    "384, 1000",
    "768, 3072",
    "768, 2100",
    "1024, 4096",
    "1024, 2730"
  })
  void everyWidthInEveryNumberOfRowsDiffersInNoBit(int hidden, int intermediate) throws Exception {
    int[] rows = IntStream.rangeClosed(1, 136).map(unit -> unit * RowBuckets.UNIT).toArray();
    for (Precision precision : Precision.values()) {
      for (int threads = 1; threads <= 2; threads++) {
        assertSameBitsInAllRows(hidden, intermediate, precision, threads, rows);
      }
    }
  }

  /** With one layer, runs a request alone and among others that fill each number of rows. */
  private void assertSameBitsInAllRows(
      int hidden, int intermediate, Precision precision, int threads, int[] rows) throws Exception {
    int heads = hidden % 64 == 0 ? hidden / 64 : hidden / 24;
    TestArtifacts model =
        TestArtifacts.of(new ModelDimensions(160, 16, 2, hidden, 1, heads, intermediate))
            .precision(precision)
            .goldenInputs(1)
            .batchSize(1024);
    Path written = model.write(directory.resolve("model-" + precision + threads));
    List<TokenSequence> inputs = model.inputs(20);
    TokenSequence asked = inputs.get(0);
    int differing = 0;
    int together = rows[rows.length - 1]; // whatever fits the cache, a batch runs as one group
    try (CpuModel cpu = CpuModel.open(written, new CpuOptions(threads, 0, together))) {
      assertThat(cpu.factory().batchInvariant()).isTrue();
      float[] alone = cpu.outputs(asked);
      for (int count : rows) {
        Random random = new Random(count);
        List<TokenSequence> batch = new ArrayList<>();
        int left = Math.max(0, count - asked.length());
        while (left > 0) {
          TokenSequence next = inputs.get(random.nextInt(inputs.size()));
          batch.add(next.length() > left ? firstTokens(next, left) : next);
          left -= batch.get(batch.size() - 1).length();
        }
        int at = random.nextInt(batch.size() + 1);
        batch.add(at, asked);
        differing += Arrays.equals(cpu.core().infer(TokenBatch.of(batch)).of(at), alone) ? 0 : 1;
      }
    }
    assertThat(differing)
        .as("%s, %d threads: batches of %d that change an answer", precision, threads, rows.length)
        .isZero();
  }

  private static TokenSequence firstTokens(TokenSequence input, int tokens) {
    return new TokenSequence(
        Arrays.copyOf(input.inputIds(), tokens), Arrays.copyOf(input.segmentIds(), tokens));
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
        alone.add(cpu.outputs(input));
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
