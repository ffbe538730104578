package io.ganglion.runtime.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.model.Task;
import io.ganglion.runtime.text.TokenSequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link NeuronCore} promises. A subclass makes one core over one artifact, a fresh one
 * for each test; the artifact's outputs tell different inputs apart.
 */
public abstract class NeuronCoreContract {
  private static final long SEED = 20_240_601;

  private NeuronCore core;

  /** The model. It stays open during the test. */
  protected abstract Artifact artifact() throws Exception;

  /** Opens a core over {@link #artifact}, owned by the calling thread. */
  protected abstract NeuronCore openCore() throws Exception;

  /** Frees what {@link #openCore} needed beside the core. */
  protected void release() throws Exception {}

  /**
   * Whether a request's outputs do not depend on its batch, to the bit. Otherwise they are within
   * the artifact's tolerance.
   */
  protected boolean isBitIdentical() {
    return true;
  }

  @BeforeEach
  void open() throws Exception {
    core = openCore();
  }

  @AfterEach
  void close() throws Exception {
    core.close();
    release();
  }

  @Test
  void saysWhatItIs() throws Exception {
    CoreInfo info = core.info();
    assertThat(info.kind()).isNotBlank();
    assertThat(info.precision()).isNotBlank();
    assertThat(info.width()).isEqualTo(artifact().manifest().outputWidth());
    assertThat(info.maxBatchSize()).isPositive();
    assertThat(info.maxSequenceLength())
        .isBetween(1, artifact().manifest().dimensions().maxPositions());
  }

  @Test
  void givesTheRowsOfTheTaskAndTheyAreFinite() throws Exception {
    Task task = artifact().manifest().task();
    for (int size = 1; size <= core.info().maxBatchSize(); size++) {
      TokenBatch batch = TokenBatch.of(randomInputs(size, new Random(SEED + size)));
      Outputs outputs = core.infer(batch);
      assertThat(outputs.size()).isEqualTo(size);
      assertThat(outputs.width()).isEqualTo(core.info().width());
      for (int i = 0; i < size; i++) {
        assertThat(outputs.rows(i)).isEqualTo(task.rows(1, batch.length(i)));
        assertThat(outputs.of(i)).hasSize(outputs.rows(i) * outputs.width());
      }
      for (float value : outputs.values()) {
        assertThat(value).isFinite();
      }
    }
  }

  @Test
  void passesTheGoldenCheck() throws Exception {
    GoldenCheck.Result result = GoldenCheck.run(core, artifact().golden(), artifact().manifest());
    assertThat(result.passed()).as(result.summary()).isTrue();
  }

  @Test
  void agreesWithTheReferenceOnEveryLengthAndManyIds() throws Exception {
    ReferenceEncoder reference = ReferenceEncoder.of(artifact());
    Random random = new Random(SEED);
    for (int length = 3; length <= core.info().maxSequenceLength(); length++) {
      TokenSequence input = randomInput(length, random);
      float[] found = core.infer(TokenBatch.of(List.of(input))).of(0);
      assertThat(difference(reference.outputs(input), found))
          .as("length " + length)
          .isLessThanOrEqualTo(artifact().manifest().tolerance());
    }
  }

  @Test
  void answersAloneAsInAnyBatch() throws Exception {
    Random random = new Random(SEED);
    List<TokenSequence> inputs = randomInputs(3 * core.info().maxBatchSize(), random);
    List<float[]> alone = new ArrayList<>();
    for (TokenSequence input : inputs) {
      alone.add(core.infer(TokenBatch.of(List.of(input))).of(0));
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, inputs.size()).boxed().toList());
    for (int round = 0; round < 100; round++) {
      Collections.shuffle(order, random);
      List<Integer> chosen =
          List.copyOf(order.subList(0, 1 + random.nextInt(core.info().maxBatchSize())));
      Outputs together = core.infer(TokenBatch.of(chosen.stream().map(inputs::get).toList()));
      for (int row = 0; row < chosen.size(); row++) {
        float[] expected = alone.get(chosen.get(row));
        if (isBitIdentical()) {
          assertThat(bits(together.of(row))).as("round " + round).isEqualTo(bits(expected));
        } else {
          assertThat(difference(expected, together.of(row)))
              .as("round " + round)
              .isLessThanOrEqualTo(artifact().manifest().tolerance());
        }
      }
    }
  }

  @Test
  void answersDependOnTokensSegmentsAndTheirOrder() throws Exception {
    assumeTrue(artifact().manifest().dimensions().segments() > 1, "not run: one segment only");
    TokenSequence input = randomInput(core.info().maxSequenceLength(), new Random(SEED));
    int last = input.length() - 1;
    int[] otherToken = input.inputIds().clone();
    otherToken[last] = otherToken[last] == 0 ? 1 : 0;
    int[] otherSegments = input.segmentIds().clone();
    otherSegments[last] = 1 - otherSegments[last];
    int[] reversed = input.inputIds().clone();
    for (int i = 0; i <= last; i++) {
      reversed[i] = input.inputIds()[last - i];
    }
    float[] outputs = core.infer(TokenBatch.of(List.of(input))).of(0);
    for (TokenSequence other :
        List.of(
            new TokenSequence(otherToken, input.segmentIds()),
            new TokenSequence(input.inputIds(), otherSegments),
            new TokenSequence(reversed, input.segmentIds()))) {
      assertThat(core.infer(TokenBatch.of(List.of(other))).of(0)).isNotEqualTo(outputs);
    }
  }

  @Test
  void refusesIdsOutsideTheTablesAndStaysWhole() throws Exception {
    TokenSequence good = randomInput(8, new Random(SEED));
    float[] before = core.infer(TokenBatch.of(List.of(good))).of(0);
    int vocabulary = artifact().manifest().dimensions().vocabularySize();
    int segments = artifact().manifest().dimensions().segments();
    for (int id : new int[] {-1, vocabulary, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      refuses(List.of(good, new TokenSequence(new int[] {0, id, 0}, new int[3])));
    }
    for (int id : new int[] {-1, segments, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      refuses(List.of(new TokenSequence(new int[3], new int[] {0, 0, id})));
    }
    assertThat(core.infer(TokenBatch.of(List.of(good))).of(0)).isEqualTo(before);
  }

  @Test
  void refusesALongRequestAndALargeBatchAndStaysWhole() throws Exception {
    TokenSequence good = randomInput(8, new Random(SEED));
    float[] before = core.infer(TokenBatch.of(List.of(good))).of(0);
    int length = core.info().maxSequenceLength() + 1;
    refuses(List.of(new TokenSequence(new int[length], new int[length])));
    refuses(Collections.nCopies(core.info().maxBatchSize() + 1, good));
    assertThat(core.infer(TokenBatch.of(List.of(good))).of(0)).isEqualTo(before);
  }

  @Test
  void closesTwiceAndThenAnswersNoMore() {
    core.close();
    core.close();
    TokenBatch batch = TokenBatch.of(List.of(randomInput(8, new Random(SEED))));
    assertThatThrownBy(() -> core.infer(batch)).isInstanceOf(IllegalStateException.class);
  }

  private void refuses(List<TokenSequence> inputs) {
    TokenBatch batch = TokenBatch.of(inputs);
    assertThatThrownBy(() -> core.infer(batch)).isInstanceOf(IllegalArgumentException.class);
  }

  private List<TokenSequence> randomInputs(int count, Random random) {
    List<TokenSequence> inputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      inputs.add(randomInput(3 + random.nextInt(core.info().maxSequenceLength() - 2), random));
    }
    return inputs;
  }

  private TokenSequence randomInput(int length, Random random) {
    try {
      int rows = artifact().manifest().dimensions().vocabularySize();
      int segments = artifact().manifest().dimensions().segments();
      return new TokenSequence(
          random.ints(length, 0, rows).toArray(), random.ints(length, 0, segments).toArray());
    } catch (Exception e) {
      throw new AssertionError("no artifact", e);
    }
  }

  private double difference(float[] expectedOutputs, float[] foundOutputs) throws Exception {
    float[] expected = artifact().manifest().answer(expectedOutputs);
    float[] found = artifact().manifest().answer(foundOutputs);
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs((double) expected[i] - found[i]));
    }
    return largest;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
