package io.ganglion.server;

import io.ganglion.api.Conditions;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Many streams over one connection, as a closed loop (each stream keeps some requests in flight) or
 * an open loop (requests are sent at their times). It is cheap, because it shares the machine with
 * the measured server: it has one network thread, and requests are due in small bursts, because
 * each wake-up costs more than a request. The latency of a refusal counts from the due time of its
 * burst.
 */
final class OverloadClient implements AutoCloseable {
  /** Requests in flight on each stream of a closed loop: enough that no core ever waits. */
  private static final int IN_FLIGHT = 2;

  private static final long SECOND_NS = 1_000_000_000L;

  /** Time between the bursts of an open loop. */
  private static final long TICK_NS = 8_000_000L;

  /** The answers in a run. */
  record Result(
      long sent,
      long answered,
      long answeredInTime,
      long refused,
      long others,
      double seconds,
      Histogram refusals) {
    /** Answers per second while requests were sent. */
    double goodput() {
      return answeredInTime / seconds;
    }

    double refusalMs(double percentile) {
      return refusals.getValueAtPercentile(percentile) / 1e6;
    }
  }

  private final EventLoopGroup network =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ManagedChannel channel;
  private final List<Stream> streams = new ArrayList<>();
  private final LongAdder answered = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder others = new LongAdder();
  private final AtomicLong sent = new AtomicLong();
  private final ConcurrentHistogram refusals = new ConcurrentHistogram(60 * SECOND_NS, 3);
  private final ClassifyRequest[] requests = requests();
  private volatile boolean closedLoop;

  OverloadClient(int port, int count) {
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .directExecutor()
            .disableRetry() // otherwise gRPC keeps a copy of each message
            .channelType(NioSocketChannel.class)
            .eventLoopGroup(network)
            .build();
    for (int i = 0; i < count; i++) {
      Stream stream = new Stream();
      PairClassifierGrpc.newStub(channel).classifyStream(stream);
      streams.add(stream);
    }
  }

  /** Pairs as long as those of MRPC: 20 to 80 tokens. */
  private static ClassifyRequest[] requests() {
    Random random = new Random(1);
    String[] words = {"the", "a", "cat", "dog", "sat", "ran", "on", "in", "mat", "house", "red"};
    ClassifyRequest[] requests = new ClassifyRequest[256];
    for (int i = 0; i < requests.length; i++) {
      StringBuilder[] texts = {new StringBuilder(), new StringBuilder()};
      int length = 10 + random.nextInt(30);
      for (StringBuilder text : texts) {
        for (int w = 0; w < length; w++) {
          text.append(words[random.nextInt(words.length)]).append(' ');
        }
      }
      requests[i] =
          ClassifyRequest.newBuilder()
              .setTextA(texts[0].toString())
              .setTextB(texts[1].toString())
              .build();
    }
    return requests;
  }

  /** Each stream sends its next request when it gets an answer. */
  Result closedLoop(int seconds) throws InterruptedException {
    begin();
    closedLoop = true;
    long start = System.nanoTime();
    for (Stream stream : streams) {
      for (int i = 0; i < IN_FLIGHT; i++) {
        stream.send(start);
      }
    }
    Thread.sleep(seconds * 1_000L); // the length of the measurement
    long answers = answered.sum();
    double elapsed = (System.nanoTime() - start) / (double) SECOND_NS;
    closedLoop = false;
    Conditions.await(this::allAnswered);
    return result(answers, elapsed);
  }

  /** Sends {@code rate} requests a second, and calls {@code eachSecond}. */
  Result openLoop(double rate, int seconds, Runnable eachSecond) throws InterruptedException {
    begin();
    Thread watcher = watcher(seconds, eachSecond);
    watcher.start();
    Bursts bursts = new Bursts(rate, seconds * SECOND_NS);
    network.execute(bursts);
    double elapsed = bursts.elapsed.join() / (double) SECOND_NS;
    long answers = bursts.answers;
    watcher.join();
    Conditions.await(this::allAnswered);
    return result(answers, elapsed);
  }

  /** Runs on the network thread, so that a burst is one wake-up and leaves in one write. */
  private final class Bursts implements Runnable {
    final CompletableFuture<Long> elapsed = new CompletableFuture<>();
    volatile long answers;
    private final double rate;
    private final long endNs;
    private final long start = System.nanoTime();
    private long dueNs;
    private long done;

    Bursts(double rate, long endNs) {
      this.rate = rate;
      this.endNs = endNs;
    }

    @Override
    public void run() {
      long now = System.nanoTime() - start;
      for (; dueNs <= now && dueNs < endNs; dueNs += TICK_NS) {
        for (long due = (long) (dueNs * rate / SECOND_NS); done < due; done++) {
          streams.get((int) (done % streams.size())).send(start + dueNs);
        }
      }
      if (dueNs < endNs) {
        long waitNs = Math.max(0, start + dueNs - System.nanoTime());
        var unused = network.schedule(this, waitNs, TimeUnit.NANOSECONDS);
      } else {
        answers = answered.sum();
        elapsed.complete(System.nanoTime() - start);
      }
    }
  }

  private static void parkUntil(long timeNs) {
    long left;
    while ((left = timeNs - System.nanoTime()) > 0) {
      LockSupport.parkNanos(left);
    }
  }

  private static Thread watcher(int seconds, Runnable eachSecond) {
    return new Thread(
        () -> {
          long start = System.nanoTime();
          for (int i = 1; i <= seconds; i++) {
            parkUntil(start + i * SECOND_NS);
            eachSecond.run();
          }
        });
  }

  private void begin() {
    answered.reset();
    refused.reset();
    others.reset();
    sent.set(0);
    refusals.reset();
  }

  private boolean allAnswered() {
    return answered.sum() + refused.sum() + others.sum() == sent.get();
  }

  private Result result(long answeredInTime, double seconds) {
    return new Result(
        sent.get(),
        answered.sum(),
        answeredInTime,
        refused.sum(),
        others.sum(),
        seconds,
        refusals.copy());
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var unused = network.shutdownGracefully();
  }

  /** One ClassifyStream. The id of an item is its due time. */
  private final class Stream
      implements ClientResponseObserver<ClassifyStreamRequest, ClassifyStreamResponse> {
    private ClientCallStreamObserver<ClassifyStreamRequest> out;
    private long lastId;

    @Override
    public void beforeStart(ClientCallStreamObserver<ClassifyStreamRequest> stream) {
      out = stream;
      stream.disableAutoRequestWithInitial(Integer.MAX_VALUE); // it reads all answers
    }

    synchronized void send(long dueNs) {
      lastId = Math.max(lastId + 1, dueNs);
      long number = sent.incrementAndGet();
      out.onNext(
          ClassifyStreamRequest.newBuilder()
              .setId(lastId)
              .setClassify(requests[(int) (number % requests.length)])
              .build());
    }

    @Override
    public void onNext(ClassifyStreamResponse response) {
      if (response.hasResponse()) {
        answered.increment();
      } else if (response.getError().getCode() == Status.Code.RESOURCE_EXHAUSTED.value()) {
        refused.increment();
        refusals.recordValue(Math.max(0, System.nanoTime() - response.getId()));
      } else {
        others.increment();
      }
      if (closedLoop) {
        send(System.nanoTime());
      }
    }

    @Override
    public void onError(Throwable error) {} // allAnswered notices the requests in flight

    @Override
    public void onCompleted() {}
  }
}
