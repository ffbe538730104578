package io.ganglion.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnreadAnswersTest {
  private static final int MIB = 1 << 20;

  private final UnreadAnswers answers = new UnreadAnswers(8 * MIB, 64 * MIB);

  @Test
  void aConnectionIsFullBeyondItsLimitUntilItsClientReads() {
    UnreadAnswers.Share share = answers.new Share();
    share.add(8 * MIB);
    assertThat(share.isFull()).isFalse();
    share.add(1);
    assertThat(share.isFull()).isTrue();
    share.add(-MIB);
    assertThat(share.isFull()).isFalse();
  }

  @Test
  void manyThatReadNothingHoldNoMoreThanAllMayAndOthersAreServed() {
    long held = 0;
    UnreadAnswers.Share reading = answers.new Share();
    reading.add(32 << 10);
    for (int connection = 0; connection < 100; connection++) {
      UnreadAnswers.Share share = answers.new Share();
      while (!share.isFull()) {
        share.add(16 << 10);
      }
      held += share.bytes();
    }
    assertThat(held).isLessThan(64 * MIB + 100 * (96 << 10));
    assertThat(reading.isFull()).isFalse();
  }
}
