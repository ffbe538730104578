package io.ganglion.runtime.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.text.TokenSequence;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchCheckTest {
  private static final CoreInfo INFO = new CoreInfo("test", 0, 2, 8, 2, "fp32");

  private static ModelDimensions dimensions(int segments) {
    return new ModelDimensions(160, 64, segments, 32, 2, 2, 64);
  }

  private static TokenBatch batch(int... segmentIds) {
    return TokenBatch.of(List.of(new TokenSequence(new int[segmentIds.length], segmentIds)));
  }

  @Test
  void aModelOfOneSegmentTakesOneTextAndSaysSo() {
    BatchCheck.check(batch(0, 0, 0), INFO, dimensions(1));
    assertThatThrownBy(() -> BatchCheck.check(batch(0, 0, 1), INFO, dimensions(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Token 2 belongs to a second segment, but the model knows only one: give it one text.");
  }

  @Test
  void aSegmentThatNoModelHasIsOutsideTheTable() {
    for (int segments = 1; segments <= 2; segments++) {
      ModelDimensions dimensions = dimensions(segments);
      assertThatThrownBy(() -> BatchCheck.check(batch(0, 7), INFO, dimensions))
          .hasMessageContaining("segment id 7 of token 1");
    }
  }
}
