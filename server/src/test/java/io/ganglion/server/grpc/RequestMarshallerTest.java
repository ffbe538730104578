package io.ganglion.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.proto.v1.RerankRequest;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestMarshallerTest {
  private static final MethodDescriptor<RerankRequest, ?> RERANK =
      RequestMarshaller.of(
          PairClassifierGrpc.getRerankMethod(), RerankRequest.getDefaultInstance());

  @Test
  void onlyTheBadTextsOfAMessageAreReplaced() {
    byte[] bytes =
        BadTexts.add(
                RerankRequest.newBuilder()
                    .setQuery("quéry \uD83D\uDE00")
                    .addDocuments("a")
                    .addDocuments("")
                    .setTopN(3)
                    .setReturnDocuments(true),
                2)
            .build()
            .toByteArray();
    RerankRequest read = RERANK.parseRequest(new ByteArrayInputStream(bytes));
    assertThat(read.getQuery()).isEqualTo("quéry \uD83D\uDE00");
    assertThat(read.getDocumentsList()).containsExactly("a", "", WireText.NOT_UTF8);
    assertThat(read.getTopN()).isEqualTo(3);
    assertThat(read.getReturnDocuments()).isTrue();
  }

  /** So a caller cannot send the text that stands for bad ones. */
  @Test
  void theBytesOfHalfAPairOfSurrogatesAreABadText() {
    byte[] half = {10, 3, (byte) 0xed, (byte) 0xa0, (byte) 0x80};
    RerankRequest read = RERANK.parseRequest(new ByteArrayInputStream(half));
    assertThat(WireText.isUtf8(read.getQuery())).isFalse();
    assertThat(WireText.isUtf8("?")).isTrue();
  }

  @Test
  void bothParsersAgreeOnEveryMessageThatTheUsualOneReads() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] good =
        ClassifyStreamRequest.newBuilder()
            .setId(7)
            .setTimeoutMs(9)
            .setClassify(ClassifyRequest.newBuilder().setTextA("ab").setTextB("c").setTopK(2))
            .build()
            .toByteArray();
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = good.clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      ClassifyStreamRequest usual;
      try {
        usual = ClassifyStreamRequest.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        continue;
      }
      read++;
      ClassifyStreamRequest.Builder lenient = ClassifyStreamRequest.newBuilder();
      LenientParser.merge(CodedInputStream.newInstance(bytes), lenient);
      assertThat(lenient.build()).as("seed %d, round %d", seed, i).isEqualTo(usual);
    }
    assertThat(read).isGreaterThan(1_000);
  }

  @Test
  void bytesThatAreNoMessageAreNot() {
    RerankRequest read = RERANK.parseRequest(new ByteArrayInputStream(new byte[] {10, 100, 1}));
    assertThat(read).isSameAs(RERANK.parseRequest(new ByteArrayInputStream(new byte[] {7})));
  }
}
