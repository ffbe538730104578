package io.ganglion.server.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.server.grpc.BadTexts;
import io.ganglion.server.grpc.TestServer;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** gzip: as good as plain for texts, and no lever for anything else. */
@Timeout(60)
class CompressedMessagesTest {
  private static final int MOST = 100_000;

  private static InputStream inflate(byte[] content) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(content);
    }
    return new BoundedGzip(MOST).decompress(new ByteArrayInputStream(compressed.toByteArray()));
  }

  @Test
  void whatTextsCompressToIsRead() throws Exception {
    byte[] text = "Rain fell until the morning, and nobody minded. ".repeat(80).getBytes(UTF_8);
    assertThat(inflate(text).readAllBytes()).isEqualTo(text);
    byte[] random = new byte[MOST];
    new Random(1).nextBytes(random);
    assertThat(inflate(random).readAllBytes()).isEqualTo(random);
  }

  @Test
  void aMessageBeyondTheLimitIsNotReadToItsEnd() throws Exception {
    byte[] random = new byte[MOST + 1];
    new Random(1).nextBytes(random);
    assertThatThrownBy(() -> inflate(random).readAllBytes())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("larger than 100000 bytes");
  }

  @Test
  void aMessageOfOneByteOverAndOverIsRefusedSoon() throws Exception {
    InputStream in = inflate(new byte[MOST]);
    assertThatThrownBy(in::readAllBytes)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("64 times as large");
  }

  /** Each is just within the bounds of one message, and is refused when it has been inflated. */
  @Test
  void aConnectionOfBombsIsCutAndAnotherIsAnswered() throws Exception {
    byte[] block = new byte[4_000];
    new Random(1).nextBytes(block);
    try (TestServer server = new TestServer()) {
      var stub = server.blocking().withCompression("gzip");
      int sent = 0;
      while (server.events.cutConnections.get() == 0 && sent++ < 2_000) {
        assertThatThrownBy(() -> stub.classify(repeated(block, 31)))
            .isInstanceOf(StatusRuntimeException.class);
      }
      assertThat(server.events.cutConnections).hasValue(1);
      assertThat(stub.classify(TestServer.pair(60)).getLabelIndex()).isEqualTo(1);
    }
  }

  private static ClassifyRequest repeated(byte[] block, int times) {
    ByteString once = ByteString.copyFrom(block);
    ByteString all = ByteString.EMPTY;
    for (int i = 0; i < times; i++) {
      all = all.concat(once);
    }
    return BadTexts.addBytes(ClassifyRequest.newBuilder(), 1, all).build();
  }

  @Test
  void aCallInGzipIsAnsweredAndABombIsTheCallersFault() throws Exception {
    try (TestServer server = new TestServer()) {
      var stub = server.blocking().withCompression("gzip");
      assertThat(stub.classify(TestServer.pair(60)).getLabelIndex()).isEqualTo(1);
      ClassifyRequest bomb =
          ClassifyRequest.newBuilder()
              .setTextA("w".repeat(60_000)) // an item may be as large
              .build();
      assertThatThrownBy(() -> stub.classify(bomb))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageStartingWith("INVALID_ARGUMENT");
      assertThat(stub.classify(TestServer.pair(60)).getLabelIndex()).isEqualTo(1);
    }
  }
}
