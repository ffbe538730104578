package io.ganglion.server.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** However bytes are cut into reads, the meter counts the same frames. */
class FrameMeterFuzzTest {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  static Stream<byte[]> connections() {
    byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    byte[] answer = {0, 0, 8, 6, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
    byte[] data = {0, 0, 1, 0, 8, 0, 0, 0, 1, 0};
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(PREFACE);
    all.writeBytes(settings);
    for (int i = 0; i < 150; i++) {
      all.writeBytes(answer);
    }
    all.writeBytes(data);
    return Stream.of(all.toByteArray(), data);
  }

  private static boolean passes(byte[] bytes, int step) {
    FrameMeter meter = new FrameMeter(() -> 0, () -> 0);
    boolean passed = true;
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
    for (int at = 0; at < bytes.length; at += step) {
      passed = meter.take(buffer.slice(at, Math.min(step, bytes.length - at)));
    }
    return passed;
  }

  @MethodSource("connections")
  @FuzzTest(maxDuration = "10m")
  void theSameFramesAreCounted(byte[] bytes) {
    boolean whole = passes(bytes, Math.max(1, bytes.length));
    for (int step = 1; step < 14; step += 4) {
      if (passes(bytes, step) != whole) {
        throw new AssertionError("in steps of " + step + " it is judged otherwise");
      }
    }
  }
}
