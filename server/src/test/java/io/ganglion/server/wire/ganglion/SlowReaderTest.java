package io.ganglion.server.wire.ganglion;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Conditions;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.batch.Requests;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.server.grpc.TestServer;
import io.ganglion.server.grpc.WireLimits;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that stops reading costs bounded memory and does not affect others. */
@Timeout(120)
class SlowReaderTest {
  private static final int ITEMS = 60_000;

  /**
   * The reader's flow-control window: gRPC's default size, but fixed, because gRPC's grows with
   * fast data.
   */
  private static final int WINDOW_BYTES = 1 << 20;

  /** What the server's transport takes before it is not ready, plus the stream's limit. */
  private static final int BUFFERED_BYTES = 64 << 10;

  private static final int MESSAGE_HEADER_BYTES = 5;

  @Test
  void aReaderThatStopsReadingIsNotReadFromEither() throws Exception {
    try (TestServer server = start()) {
      StreamClient reader = StreamClient.open(server.channel(WINDOW_BYTES), true, null);
      sendAll(reader);
      long answered = answeredAtRest(server);
      assertThat(answered).isLessThan(ITEMS / 2);
      assertThat(server.blocking().classify(TestServer.pair(60)).getLabelIndex()).isEqualTo(1);
      assertThat(server.services.stalledStreams()).isEqualTo(1);
      reader.requests.request(ITEMS);
      long held =
          reader.next(ITEMS).stream()
              .limit(answered)
              .mapToLong(answer -> MESSAGE_HEADER_BYTES + answer.getSerializedSize())
              .sum();
      assertThat(held).isLessThan(WINDOW_BYTES + BUFFERED_BYTES);
      assertThat(reader.responses).isEmpty();
    }
  }

  @Test
  @Tag("proof")
  void othersKeepTheirLatencyAndMemoryIsSteadyForThirtySeconds() throws Exception {
    try (TestServer server = start()) {
      PairClassifierGrpc.PairClassifierBlockingStub other = server.blocking();
      latency(other, 5_000); // warm-up
      final double before = latency(other, 10_000);
      StreamClient reader = StreamClient.open(server.channel(), true, null);
      sendAll(reader);
      answeredAtRest(server);
      long heap = heap();
      long end = System.nanoTime() + 30_000_000_000L;
      double worst = 0;
      double sum = 0;
      int rounds = 0;
      while (System.nanoTime() < end) {
        double p50 = latency(other, 2_000);
        worst = Math.max(worst, p50);
        sum += p50;
        rounds++;
      }
      System.out.printf(
          "p50 before %.1f us, with a stopped reader mean %.1f us (worst round %.1f us);"
              + " heap %,d -> %,d bytes%n",
          before, sum / rounds, worst, heap, heap());
      assertThat(sum / rounds).isLessThan(before * 1.1);
      assertThat(heap()).isLessThan(heap + (8 << 20));
    }
  }

  private static TestServer start() throws Exception {
    return new TestServer(Requests.scheduler(2, 1_000), new WireLimits(65_536, 256, 1_000, 1_000));
  }

  private static void sendAll(StreamClient reader) {
    for (int id = 0; id < ITEMS; id++) {
      reader.send(TestServer.item(id, id % TestServer.WORDS));
    }
  }

  /** The number of answers when no more can be sent until the client reads. */
  private static long answeredAtRest(TestServer server) throws InterruptedException {
    Conditions.await(() -> server.services.stalledStreams() == 1);
    return server.events.count(Outcome.Answered.class);
  }

  private static double latency(PairClassifierGrpc.PairClassifierBlockingStub stub, int calls) {
    long[] times = new long[calls];
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      stub.classify(TestServer.pair(60));
      times[i] = System.nanoTime() - start;
    }
    Arrays.sort(times);
    return times[calls / 2] / 1_000.0;
  }

  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
