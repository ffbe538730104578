package io.ganglion.server.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.client.RawMessages;
import io.ganglion.server.grpc.TestServer;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools that ask a server for its services, in the older words and in the newer. */
@Timeout(60)
class ReflectionTest {
  /** {@code list_services: ""}, the same in both. */
  private static final byte[] LIST = {7 << 3 | 2, 0};

  @ParameterizedTest
  @ValueSource(strings = {"grpc.reflection.v1", "grpc.reflection.v1alpha"})
  void bothVersionsListTheServices(String version) throws Exception {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(RawMessages.MARSHALLER, RawMessages.MARSHALLER)
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(version + ".ServerReflection/ServerReflectionInfo")
            .build();
    try (TestServer server = new TestServer()) {
      byte[] answer =
          ClientCalls.blockingUnaryCall(server.channel(), method, CallOptions.DEFAULT, LIST);
      assertThat(new String(answer, UTF_8))
          .contains("ganglion.v1.PairClassifier", "mrpc.mrpc", "grpc.health.v1.Health");
    }
  }
}
