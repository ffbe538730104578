package io.ganglion.server.wire.ganglion;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.Requests;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.grpc.RequestTracer;
import io.ganglion.server.grpc.TestServer;
import io.ganglion.server.grpc.WireLimits;
import io.grpc.Metadata;
import io.grpc.ServerBuilder;
import io.grpc.ServerStreamTracer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConnectionThreadTest {
  private final Set<String> senders = ConcurrentHashMap.newKeySet();

  @Test
  void answersAreSentOnTheConnectionsThread() throws Exception {
    try (TestServer server = start()) {
      StreamClient client = StreamClient.open(server.channel());
      for (int id = 0; id < 100; id++) {
        client.send(TestServer.item(id, 60));
      }
      client.next(100);
      assertThat(senders).hasSize(1).allMatch(name -> name.startsWith("ganglion-network"));
      senders.clear();
      assertThat(server.blocking().classify(TestServer.pair(60)).getLabelIndex()).isEqualTo(1);
      assertThat(senders).hasSize(1).allMatch(name -> name.startsWith("ganglion-network"));
    }
  }

  private TestServer start() throws Exception {
    RequestTracer tracer =
        new RequestTracer() {
          @Override
          public void configure(ServerBuilder<?> builder) {
            builder.addStreamTracerFactory(
                new ServerStreamTracer.Factory() {
                  @Override
                  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                    return new SenderTracer();
                  }
                });
          }

          @Override
          public Consumer<Outcome> begin() {
            return outcome -> {};
          }
        };
    return new TestServer(
        Requests.scheduler(2, 1_000),
        new WireLimits(65_536, 256, 500, 1_000),
        NetworkConfig.plain("127.0.0.1", 0, 4 << 20),
        tracer);
  }

  private final class SenderTracer extends ServerStreamTracer {
    @Override
    public void outboundMessage(int number) {
      senders.add(Thread.currentThread().getName());
    }
  }
}
