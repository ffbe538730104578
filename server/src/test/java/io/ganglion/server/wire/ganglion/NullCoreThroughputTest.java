package io.ganglion.server.wire.ganglion;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.client.RawMessages;
import io.ganglion.engine.batch.Requests;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.grpc.TestServer;
import io.ganglion.server.grpc.WireLimits;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares the server's throughput, with cores that take no time, with a bare gRPC echo. The server
 * checks, tokenizes, queues, batches and answers every message. There are 96 streams with one
 * request in flight each, with client and server in this JVM. Both are measured in turn, three
 * times.
 */
@Tag("proof")
class NullCoreThroughputTest {
  private static final int STREAMS = 96;
  private static final int MESSAGE_BYTES = 220;
  private static final long WARM_UP_MS = 4_000;
  private static final long MEASURED_MS = 4_000;

  @Test
  void servingKeepsFortyPercentOfABareEcho() throws Exception {
    double bestEcho = 0;
    double bestServed = 0;
    for (int round = 0; round < 3; round++) {
      double echo = echoRate();
      double served = servedRate();
      System.out.printf("echo %,.0f/s, served %,.0f/s, ratio %.3f%n", echo, served, served / echo);
      bestEcho = Math.max(bestEcho, echo);
      bestServed = Math.max(bestServed, served);
    }
    assertThat(bestServed).isGreaterThan(0.4 * bestEcho);
    assertThat(bestServed).isGreaterThan(30_000);
  }

  private static double measure(LongAdder count) throws InterruptedException {
    Thread.sleep(WARM_UP_MS); // time for the JIT compilers; nothing signals their end
    long before = count.sum();
    long start = System.nanoTime();
    Thread.sleep(MEASURED_MS); // the length of the measurement
    return (count.sum() - before) * 1e9 / (System.nanoTime() - start);
  }

  private static double echoRate() throws Exception {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder(RawMessages.MARSHALLER, RawMessages.MARSHALLER)
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName("echo/Echo")
            .build();
    Server server =
        NettyServerBuilder.forPort(0)
            .addService(
                ServerServiceDefinition.builder("echo")
                    .addMethod(method, ServerCalls.asyncBidiStreamingCall(Echo::new))
                    .build())
            .build()
            .start();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    LongAdder count = new LongAdder();
    byte[] message = new byte[MESSAGE_BYTES];
    for (int i = 0; i < STREAMS; i++) {
      new PingPong<byte[], byte[]>(count, id -> message)
          .start(
              observer ->
                  ClientCalls.asyncBidiStreamingCall(
                      channel.newCall(method, io.grpc.CallOptions.DEFAULT), observer));
    }
    double rate = measure(count);
    channel.shutdownNow();
    server.shutdownNow();
    server.awaitTermination();
    return rate;
  }

  private static double servedRate() throws Exception {
    try (TestServer server =
        new TestServer(Requests.scheduler(2, 1_000), new WireLimits(65_536, 256, 1_000, 1_000))) {
      ManagedChannel channel = server.channel();
      LongAdder count = new LongAdder();
      ClassifyStreamRequest[] requests = requests();
      for (int i = 0; i < STREAMS; i++) {
        int offset = i;
        new PingPong<ClassifyStreamRequest, ClassifyStreamResponse>(
                count, id -> requests[(int) ((id + offset) % requests.length)])
            .start(observer -> PairClassifierGrpc.newStub(channel).classifyStream(observer));
      }
      return measure(count);
    }
  }

  /** Pairs of 220 bytes, about 50 tokens, as long as those of MRPC. */
  private static ClassifyStreamRequest[] requests() {
    Random random = new Random(1);
    ClassifyStreamRequest[] requests = new ClassifyStreamRequest[64];
    for (int r = 0; r < requests.length; r++) {
      StringBuilder[] texts = {new StringBuilder(), new StringBuilder()};
      for (StringBuilder text : texts) {
        while (text.length() < MESSAGE_BYTES / 2 - 5) {
          text.append("w").append(random.nextInt(TestServer.WORDS)).append(' ');
        }
      }
      requests[r] =
          ClassifyStreamRequest.newBuilder()
              .setId(r)
              .setClassify(
                  io.ganglion.proto.v1.ClassifyRequest.newBuilder()
                      .setTextA(texts[0].toString())
                      .setTextB(texts[1].toString()))
              .build();
    }
    return requests;
  }

  /** Sends the next message when an answer comes. */
  private static final class PingPong<Q, R> implements ClientResponseObserver<Q, R> {
    private final LongAdder count;
    private final LongFunction<Q> messages;
    private ClientCallStreamObserver<Q> requests;
    private long next;

    PingPong(LongAdder count, LongFunction<Q> messages) {
      this.count = count;
      this.messages = messages;
    }

    void start(Consumer<StreamObserver<R>> call) {
      call.accept(this);
      requests.onNext(messages.apply(next++));
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> stream) {
      requests = stream;
    }

    @Override
    public void onNext(R response) {
      count.increment();
      requests.onNext(messages.apply(next++));
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }

  /** Sends every message back. */
  private record Echo(StreamObserver<byte[]> out) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] message) {
      out.onNext(message);
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {
      out.onCompleted();
    }
  }
}
