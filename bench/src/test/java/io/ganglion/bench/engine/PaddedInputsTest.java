package io.ganglion.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.bench.workload.Batch;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaddedInputsTest {
  private static final List<TokenSequence> TEXTS =
      List.of(
          new TokenSequence(new int[] {7, 8}, new int[] {0, 1}),
          new TokenSequence(new int[] {9, 7, 8}, new int[] {0, 0, 1}));
  private static final Batch BATCH = new Batch(List.of(0, 1), TEXTS, TokenBatch.of(TEXTS));

  @Test
  void rowsArePaddedToTheLongestOfTheBatch() {
    PaddedInputs inputs = PaddedInputs.of(BATCH, 0);

    assertThat(inputs.length()).isEqualTo(3);
    assertThat(inputs.inputIds()).containsExactly(7, 8, 0, 9, 7, 8);
    assertThat(inputs.segmentIds()).containsExactly(0, 1, 0, 0, 0, 1);
    assertThat(inputs.inputMask()).containsExactly(1, 1, 0, 1, 1, 1);
  }

  @Test
  void rowsArePaddedToAFixedLength() {
    PaddedInputs inputs = PaddedInputs.of(BATCH, 4);

    assertThat(inputs.rows()).isEqualTo(2);
    assertThat(inputs.inputMask()).containsExactly(1, 1, 0, 0, 1, 1, 1, 0);
  }
}
