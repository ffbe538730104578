package io.ganglion.server;

import com.google.protobuf.ByteString;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Many streams over a few connections, as a closed loop (each stream keeps some requests in flight)
 * or as an open one (requests go out at their times, whatever comes back). Lean, for it shares the
 * machine with the server that it measures. A refusal's latency counts from the time at which its
 * request was due.
 */
final class OverloadClient implements AutoCloseable {
  /** What these may have in flight by default is more than the queue holds. */
  private static final int CONNECTIONS = 3;

  /** On each stream of a closed loop: enough that no core ever waits. */
  private static final int IN_FLIGHT = 2;

  private static final long SECOND_NS = 1_000_000_000L;

  /** Each tick wakes threads on both sides: few of them, for they cost the server its time. */
  private static final long TICK_NS = 2_000_000L;

  /** Answers of a run. */
  record Result(
      long sent,
      long answered,
      long answeredInTime,
      long refused,
      long others,
      double seconds,
      Histogram refusals) {
    /** Answered a second, while requests were sent. */
    double goodput() {
      return answeredInTime / seconds;
    }

    double refusalMs(double percentile) {
      return refusals.getValueAtPercentile(percentile) / 1e6;
    }
  }

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Stream> streams = new ArrayList<>();
  private final LongAdder answered = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder others = new LongAdder();
  private final AtomicLong sent = new AtomicLong();
  private final ConcurrentHistogram refusals = new ConcurrentHistogram(60 * SECOND_NS, 3);
  private final ClassifyRequest[] requests = requests();
  private volatile boolean closedLoop;

  OverloadClient(int port, int count) {
    for (int i = 0; i < CONNECTIONS; i++) {
      channels.add(
          NettyChannelBuilder.forAddress("127.0.0.1", port)
              .usePlaintext()
              .directExecutor()
              .build());
    }
    for (int i = 0; i < count; i++) {
      Stream stream = new Stream();
      PairClassifierGrpc.newStub(channels.get(i % CONNECTIONS)).classifyStream(stream);
      streams.add(stream);
    }
  }

  /** Pairs as long as MRPC's: 20 to 80 tokens. */
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
              .setTextA(ByteString.copyFromUtf8(texts[0].toString()))
              .setTextB(ByteString.copyFromUtf8(texts[1].toString()))
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
    Waiting.until(this::allAnswered);
    return result(answers, elapsed);
  }

  /** Sends {@code rate} requests a second, and calls {@code eachSecond}. */
  Result openLoop(double rate, int seconds, Runnable eachSecond) throws InterruptedException {
    begin();
    Thread watcher = watcher(seconds, eachSecond);
    watcher.start();
    long start = System.nanoTime();
    long total = (long) (rate * seconds);
    long done = 0;
    while (done < total) {
      long now = System.nanoTime();
      long due = Math.min(total, (long) ((now - start) * rate / SECOND_NS));
      for (; done < due; done++) {
        long dueNs = start + (long) (done * SECOND_NS / rate);
        streams.get((int) (done % streams.size())).send(dueNs);
      }
      LockSupport.parkNanos(TICK_NS);
    }
    long answers = answered.sum();
    double elapsed = (System.nanoTime() - start) / (double) SECOND_NS;
    watcher.join();
    Waiting.until(this::allAnswered);
    return result(answers, elapsed);
  }

  private static Thread watcher(int seconds, Runnable eachSecond) {
    return new Thread(
        () -> {
          long start = System.nanoTime();
          for (int i = 1; i <= seconds; i++) {
            LockSupport.parkNanos(start + i * SECOND_NS - System.nanoTime());
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
    channels.forEach(ManagedChannel::shutdownNow);
  }

  /** One ClassifyStream; the id of an item is the time at which it was due. */
  private final class Stream
      implements ClientResponseObserver<ClassifyStreamRequest, ClassifyStreamResponse> {
    private ClientCallStreamObserver<ClassifyStreamRequest> out;
    private long lastId;

    @Override
    public void beforeStart(ClientCallStreamObserver<ClassifyStreamRequest> stream) {
      out = stream;
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
    public void onError(Throwable error) {} // what was in flight is missed by allAnswered

    @Override
    public void onCompleted() {}
  }
}
