package io.ganglion.loadgen;

import io.ganglion.api.Classification;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextPair;
import io.ganglion.client.ClassificationStream;
import io.ganglion.client.GanglionClient;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Requests through the client SDK: the items of one stream, or unary calls. */
@SuppressWarnings("FutureReturnValueIgnored") // each future's outcome goes to its Outcome
final class SdkRequests implements Requests {
  private final Function<TextPair, CompletableFuture<Classification>> sender;
  private final Runnable closer;

  private SdkRequests(
      Function<TextPair, CompletableFuture<Classification>> sender, Runnable closer) {
    this.sender = sender;
    this.closer = closer;
  }

  static Requests stream(GanglionClient client, int inFlight) {
    // An item frees its place only after its outcome, in which the next one is sent.
    ClassificationStream stream = client.openStream(2 * inFlight);
    return new SdkRequests(
        pair ->
            stream
                .trySend(pair)
                .orElseThrow(() -> new IllegalStateException("more in flight than planned")),
        stream::cancel);
  }

  static Requests unary(GanglionClient client) {
    return new SdkRequests(client::classify, () -> {});
  }

  @Override
  public Runnable send(TextPair pair, Outcome outcome) {
    CompletableFuture<Classification> future = sender.apply(pair);
    future.whenComplete((answer, thrown) -> tell(outcome, answer, thrown));
    return () -> future.cancel(false);
  }

  private static void tell(
      Outcome outcome, @Nullable Classification answer, @Nullable Throwable thrown) {
    if (answer != null) {
      outcome.answered(Answer.of(answer));
    } else if (thrown instanceof GanglionException failure) {
      outcome.failed(failure.code(), String.valueOf(failure.getMessage()));
    } else if (thrown instanceof CancellationException) {
      outcome.failed("CANCELLED", "cancelled here");
    } else {
      outcome.failed("INTERNAL", String.valueOf(thrown));
    }
  }

  @Override
  public void close() {
    closer.run();
  }
}
