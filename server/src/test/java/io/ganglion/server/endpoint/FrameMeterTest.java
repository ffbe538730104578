package io.ganglion.server.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FrameMeterTest {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int PING = 6;

  private final AtomicLong now = new AtomicLong();
  private int openCalls;
  private final FrameMeter meter = new FrameMeter(now::get, () -> openCalls);

  private static ByteBuf preface() {
    return Unpooled.wrappedBuffer(new byte[24]);
  }

  private static ByteBuf frames(int count, int type, int flags, int length) {
    ByteBuf bytes = Unpooled.buffer();
    for (int i = 0; i < count; i++) {
      bytes.writeMedium(length).writeByte(type).writeByte(flags).writeInt(1).writeZero(length);
    }
    return bytes;
  }

  @Test
  void framesOfNothingAreCountedUpToTheirLimit() {
    assertThat(meter.take(preface())).isTrue();
    assertThat(meter.take(frames(FrameMeter.MOST_EMPTY, SETTINGS, 0, 0))).isTrue();
    assertThat(meter.take(frames(1, SETTINGS, 0, 0))).isFalse();
  }

  @Test
  void theLimitHoldsForEachWindow() {
    meter.take(preface());
    for (int window = 0; window < 5; window++) {
      assertThat(meter.take(frames(FrameMeter.MOST_EMPTY, SETTINGS, 0, 0))).isTrue();
      now.addAndGet(FrameMeter.WINDOW_NS);
    }
  }

  @Test
  void messagesAndTheEndsOfCallsAreNotCounted() {
    meter.take(preface());
    for (int i = 0; i < 30; i++) {
      assertThat(meter.take(frames(FrameMeter.MOST_EMPTY, DATA, 0, 20))).isTrue();
      assertThat(meter.take(frames(FrameMeter.MOST_EMPTY, DATA, 1, 0))).isTrue();
    }
  }

  @Test
  void dataThatCarriesOnlyPaddingOrAByteIsCounted() {
    meter.take(preface());
    assertThat(meter.take(frames(FrameMeter.MOST_EMPTY, DATA, 8, 20))).isTrue();
    assertThat(meter.take(frames(1, DATA, 0, 1))).isFalse();
  }

  @Test
  void answersToNoQuestionAreFewerBeforeTheyFillTheLog() {
    meter.take(preface());
    assertThat(meter.take(frames(FrameMeter.MOST_EMPTY / 100, PING, 1, 8))).isTrue();
    assertThat(meter.take(frames(1, PING, 1, 8))).isFalse();
  }

  @Test
  void framesAreFoundWhereverTheBytesAreCut() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ByteBuf all = Unpooled.buffer();
    all.writeBytes(preface());
    for (int i = 0; i < FrameMeter.MOST_EMPTY; i++) {
      all.writeBytes(frames(1, SETTINGS, 0, random.nextInt(3)));
      all.writeBytes(frames(1, DATA, 0, 5 + random.nextInt(9)));
    }
    while (all.isReadable()) {
      ByteBuf part = all.readSlice(Math.min(all.readableBytes(), 1 + random.nextInt(20)));
      assertThat(meter.take(part)).as("seed %d", seed).isTrue();
    }
    assertThat(meter.take(frames(1, SETTINGS, 0, 0))).as("seed %d", seed).isFalse();
  }

  @Test
  void settingsAreFewerTheMoreCallsTheyWouldMove() {
    meter.take(preface());
    openCalls = 1_000;
    assertThat(meter.take(frames(FrameMeter.MOST_EMPTY / 26, SETTINGS, 0, 6))).isTrue();
    assertThat(meter.take(frames(1, SETTINGS, 0, 6))).isFalse();
  }

  @Test
  void callsThatBeginJustBeforeCountToo() {
    ByteBuf bytes = Unpooled.wrappedBuffer(preface(), frames(1_000, HEADERS, 0, 0));
    bytes = Unpooled.wrappedBuffer(bytes, frames(FrameMeter.MOST_EMPTY / 20, SETTINGS, 0, 6));
    assertThat(meter.take(bytes)).isFalse();
  }
}
