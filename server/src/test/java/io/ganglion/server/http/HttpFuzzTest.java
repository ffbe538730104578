package io.ganglion.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes to the HTTP port, it is answered in HTTP once at most, and nothing is thrown. */
class HttpFuzzTest {
  private static final Page ECHO =
      question ->
          new Page.Answer(
              200, Map.of(), (question.query() + question.headers()).getBytes(US_ASCII));

  static Stream<byte[]> requests() {
    return Stream.of(
            "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
            "HEAD /metrics?name[]=a&name[]=b HTTP/1.0\r\nAccept: text/plain;q=0.5\r\n b\r\n\r\n",
            "POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n0\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .map(text -> text.getBytes(US_ASCII));
  }

  @MethodSource("requests")
  @FuzzTest(maxDuration = "10m")
  void itIsAnsweredOnceAtMost(byte[] bytes) {
    EmbeddedChannel channel =
        new EmbeddedChannel(
            HttpPort.handlers(Map.of("/healthz", ECHO), Map.of("/metrics", ECHO), Runnable::run));
    int half = bytes.length / 2;
    channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, half));
    if (channel.isOpen()) {
      channel.writeInbound(Unpooled.copiedBuffer(bytes, half, bytes.length - half));
    }
    channel.finish();
    int answers = 0;
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      String text = ((ByteBuf) out).toString(US_ASCII);
      answers += text.startsWith("HTTP/1.1 ") ? 1 : 0;
      ReferenceCountUtil.release(out);
    }
    if (answers > 1) {
      throw new AssertionError(answers + " answers");
    }
    channel.checkException();
  }
}
