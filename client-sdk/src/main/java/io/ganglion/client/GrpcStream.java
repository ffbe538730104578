package io.ganglion.client;

import io.ganglion.api.Classification;
import io.ganglion.api.TextPair;
import io.ganglion.proto.v1.ClassifyRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;

/** A stream over a gRPC session. Any thread. */
@SuppressWarnings("FutureReturnValueIgnored") // the future of a session's end never fails
final class GrpcStream implements ClassificationStream {
  private final StreamSession session;
  private final InFlightPermits permits;
  private final int maxInFlight;
  private final Duration deadline;
  private final AtomicLong ids = new AtomicLong();

  GrpcStream(ClientContext client, int maxInFlight, boolean ordered) {
    this.maxInFlight = maxInFlight;
    this.permits = new InFlightPermits(maxInFlight);
    this.deadline = client.config().deadline();
    this.session = new StreamSession(client, ordered, permits);
  }

  @Override
  public CompletableFuture<Classification> send(TextPair pair) throws InterruptedException {
    return send(pair, deadline);
  }

  @Override
  public CompletableFuture<Classification> send(TextPair pair, Duration deadline)
      throws InterruptedException {
    ClassifyRequest request = Wire.request(pair);
    Duration time = ClientConfig.requirePositive(deadline, "deadline");
    if (Wire.tooLarge(request)) {
      return CompletableFuture.failedFuture(Errors.tooLarge(request));
    }
    permits.acquire();
    return session.submit(ids.getAndIncrement(), request, time, true);
  }

  @Override
  public Optional<CompletableFuture<Classification>> trySend(TextPair pair) {
    return trySend(pair, deadline);
  }

  @Override
  public Optional<CompletableFuture<Classification>> trySend(TextPair pair, Duration deadline) {
    Duration time = ClientConfig.requirePositive(deadline, "deadline");
    ClassifyRequest request = Wire.request(pair);
    if (!permits.tryAcquire()) {
      return Optional.empty();
    }
    if (Wire.tooLarge(request)) {
      permits.release();
      return Optional.of(CompletableFuture.failedFuture(Errors.tooLarge(request)));
    }
    return Optional.of(session.submit(ids.getAndIncrement(), request, time, true));
  }

  @Override
  public CompletableFuture<Void> room() {
    return permits.room();
  }

  @Override
  public <T, R> Flow.Processor<T, R> processor(
      Function<? super T, TextPair> pairOf,
      BiFunction<? super T, CompletableFuture<Classification>, ? extends R> result) {
    return new PairProcessor<>(this, maxInFlight, pairOf, result);
  }

  void onFinished(Runnable task) {
    session.onFinished(task);
  }

  /** Sends without a permit, for the processor, which bounds its items itself. */
  CompletableFuture<Classification> sendUnbounded(TextPair pair) {
    ClassifyRequest request = Wire.request(pair);
    return Wire.tooLarge(request)
        ? CompletableFuture.failedFuture(Errors.tooLarge(request))
        : session.submit(ids.getAndIncrement(), request, deadline, false);
  }

  @Override
  public CompletableFuture<Void> finish() {
    return session.finish().copy();
  }

  @Override
  public void cancel() {
    session.closeNow();
  }

  @Override
  public void close() {
    finishSending();
    try {
      awaitSettled();
    } catch (InterruptedException e) {
      session.closeNow();
      Thread.currentThread().interrupt();
    }
  }

  /** Refuses items from now on. */
  void refuse() {
    session.refuse();
  }

  void finishSending() {
    session.finish();
  }

  /** Waits for sent items until their deadlines, then cancels what is left. */
  void awaitSettled() throws InterruptedException {
    if (!session.awaitSettled()) {
      session.closeNow();
    }
  }
}
