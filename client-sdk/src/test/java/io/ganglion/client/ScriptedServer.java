package io.ganglion.client;

import io.ganglion.proto.mrpc.TextPair;
import io.ganglion.proto.mrpc.YesNo;
import io.ganglion.proto.mrpc.mrpcGrpc;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server whose answers a test scripts: delays, errors, silence, broken streams. Over a socket or
 * in process. An answer's {@code inputTokens} is the number of characters of the pair, and its
 * label is 1 if the two texts are equal, so that a test can tell which request an answer belongs
 * to.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failure in a scripted answer shows in its test
public final class ScriptedServer implements AutoCloseable {
  /** What the server does with one request. */
  public sealed interface Act {
    /** Answers after a delay. */
    record Answer(long delayMs) implements Act {}

    /** Fails this request only. */
    record Fail(Status.Code code, int retryAfterMs) implements Act {}

    /** Never answers. */
    record Silence() implements Act {}

    /** On a stream: answers an id that nobody sent, then this item's id twice. */
    record Noise() implements Act {}

    /** Ends the item's stream, or the call. */
    record Break(Status status) implements Act {}
  }

  /** Decides by the first text and by how often it has come. */
  public interface Script {
    Act act(String textA, int times);
  }

  public static final Act ANSWER = new Act.Answer(0);

  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final HealthStatusManager health = new HealthStatusManager();
  private final Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
  private final Queue<Runnable> held = new ArrayDeque<>();
  private final Server server;
  private final Script script;
  private final boolean counting;
  private boolean paused;

  public final AtomicLong received = new AtomicLong();
  public final AtomicLong cancels = new AtomicLong();
  public final AtomicInteger openStreams = new AtomicInteger();

  public ScriptedServer(ServerBuilder<?> builder, Script script, boolean counting) {
    this.script = script;
    this.counting = counting;
    try {
      this.server =
          builder
              .directExecutor()
              .addService(new Classifier())
              .addService(new Demo())
              .addService(health.getHealthService())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts on a free port of this machine. */
  public static ScriptedServer start(Script script) {
    return start(0, script);
  }

  public static ScriptedServer start(int port, Script script) {
    return new ScriptedServer(
        Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create()), script, true);
  }

  /** Answers on a port, for tests that need a process of its own: {@code PORT [DELAY_MS]}. */
  public static void main(String[] args) throws InterruptedException {
    int port = Integer.parseInt(args[0]);
    Act act = new Act.Answer(args.length > 1 ? Long.parseLong(args[1]) : 0);
    ScriptedServer server =
        new ScriptedServer(
            Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create()),
            (text, times) -> act,
            false);
    System.out.println("serving on port " + server.port());
    server.server.awaitTermination();
  }

  public int port() {
    return server.getPort();
  }

  public String target() {
    return "localhost:" + port();
  }

  /** How often this first text has come. */
  public int times(String textA) {
    AtomicInteger count = seen.get(textA);
    return count == null ? 0 : count.get();
  }

  public void setServing(boolean serving) {
    health.setStatus("", serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** Holds all answers back until {@link #resume}. */
  public void pause() {
    synchronized (held) {
      paused = true;
    }
  }

  public void resume() {
    List<Runnable> answers;
    synchronized (held) {
      paused = false;
      answers = List.copyOf(held);
      held.clear();
    }
    answers.forEach(Runnable::run); // not under this lock, because answering locks the stream
  }

  public void stallFor(long ms) {
    pause();
    timer.schedule(this::resume, ms, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Act next(ClassifyRequest request) {
    received.incrementAndGet();
    String text = request.getTextA();
    int times =
        counting ? seen.computeIfAbsent(text, key -> new AtomicInteger()).incrementAndGet() : 1;
    return script.act(text, times);
  }

  private void after(long delayMs, Runnable answer) {
    Runnable held =
        () -> {
          synchronized (this.held) {
            if (paused) {
              this.held.add(answer);
              return;
            }
          }
          answer.run();
        };
    if (delayMs == 0) {
      held.run();
    } else if (!timer.isShutdown()) {
      timer.schedule(held, delayMs, TimeUnit.MILLISECONDS);
    }
  }

  private final class Classifier extends PairClassifierGrpc.PairClassifierImplBase {
    @Override
    public void classify(ClassifyRequest request, StreamObserver<ClassifyResponse> to) {
      Act act = next(request);
      if (act instanceof Act.Answer a) {
        after(
            a.delayMs(),
            () -> {
              if (!((ServerCallStreamObserver<?>) to).isCancelled()) {
                to.onNext(ScriptedMessages.answer(request));
                to.onCompleted();
              }
            });
      } else if (act instanceof Act.Fail f) {
        to.onError(ScriptedMessages.failure(f));
      } else if (act instanceof Act.Break b) {
        to.onError(b.status().asRuntimeException());
      }
    }

    @Override
    public StreamObserver<ClassifyStreamRequest> classifyStream(
        StreamObserver<ClassifyStreamResponse> to) {
      openStreams.incrementAndGet();
      return new Stream((ServerCallStreamObserver<ClassifyStreamResponse>) to);
    }

    @Override
    public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> to) {
      to.onNext(ScriptedMessages.model());
      to.onCompleted();
    }
  }

  private final class Stream implements StreamObserver<ClassifyStreamRequest> {
    private final ServerCallStreamObserver<ClassifyStreamResponse> to;
    private final Set<Long> inFlight = new HashSet<>(); // guarded by this
    private boolean halfClosed; // guarded by this
    private boolean ended; // guarded by this

    Stream(ServerCallStreamObserver<ClassifyStreamResponse> to) {
      this.to = to;
      to.setOnCancelHandler(
          () -> {
            synchronized (this) {
              end();
            }
          });
    }

    @Override
    public synchronized void onNext(ClassifyStreamRequest message) {
      if (message.hasCancel()) {
        cancels.incrementAndGet();
        send(message.getId(), null, ScriptedMessages.error(new Act.Fail(Status.Code.CANCELLED, 0)));
        return;
      }
      long id = message.getId();
      Act act = next(message.getClassify());
      if (!inFlight.add(id)) {
        throw new AssertionError("the id " + id + " is in flight already");
      }
      if (act instanceof Act.Answer a) {
        after(a.delayMs(), () -> send(id, ScriptedMessages.answer(message.getClassify()), null));
      } else if (act instanceof Act.Fail f) {
        send(id, null, ScriptedMessages.error(f));
      } else if (act instanceof Act.Noise) {
        ClassifyResponse answer = ScriptedMessages.answer(message.getClassify());
        write(id + (1L << 40), answer);
        send(id, answer, null);
        write(id, answer);
      } else if (act instanceof Act.Break b) {
        if (end()) {
          to.onError(b.status().asRuntimeException());
        }
      }
    }

    private void write(long id, ClassifyResponse answer) {
      if (!ended) {
        to.onNext(ClassifyStreamResponse.newBuilder().setId(id).setResponse(answer).build());
      }
    }

    private synchronized void send(long id, ClassifyResponse answer, ItemError error) {
      if (ended || !inFlight.remove(id)) {
        return;
      }
      ClassifyStreamResponse.Builder message = ClassifyStreamResponse.newBuilder().setId(id);
      to.onNext((answer == null ? message.setError(error) : message.setResponse(answer)).build());
      completeIfDone();
    }

    @Override
    public synchronized void onError(Throwable thrown) {
      end();
    }

    @Override
    public synchronized void onCompleted() {
      halfClosed = true;
      completeIfDone();
    }

    private void completeIfDone() {
      if (halfClosed && inFlight.isEmpty() && end()) {
        to.onCompleted();
      }
    }

    private boolean end() {
      if (ended) {
        return false;
      }
      ended = true;
      openStreams.decrementAndGet();
      return true;
    }
  }

  private final class Demo extends mrpcGrpc.mrpcImplBase {
    @Override
    public void paraphrase(TextPair pair, StreamObserver<YesNo> to) {
      boolean equal = pair.getTextA().equals(pair.getTextB());
      Act act =
          next(
              ClassifyRequest.newBuilder()
                  .setTextA(pair.getTextA().toStringUtf8())
                  .setTextB(pair.getTextB().toStringUtf8())
                  .build());
      if (act instanceof Act.Fail f) {
        to.onError(Status.fromCode(f.code()).withDescription("scripted").asRuntimeException());
        return;
      }
      after(
          act instanceof Act.Answer a ? a.delayMs() : 0,
          () -> {
            to.onNext(ScriptedMessages.yesNo(equal));
            to.onCompleted();
          });
    }
  }
}
