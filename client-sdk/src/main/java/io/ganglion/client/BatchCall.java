package io.ganglion.client;

import io.ganglion.api.Classification;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Sends a list of pairs over its own stream. Ends when each has its outcome. */
@SuppressWarnings("FutureReturnValueIgnored") // each continuation handles its failures
final class BatchCall extends CompletableFuture<List<Outcome>> {
  private final ClassificationStream stream;
  private final List<TextPair> pairs;
  private final AtomicReferenceArray<Outcome> outcomes;
  private final AtomicInteger unanswered;
  private final AtomicInteger wakeUps = new AtomicInteger();
  private int next; // touched only by the thread that is sending

  BatchCall(ClassificationStream stream, List<TextPair> pairs) {
    this.stream = stream;
    this.pairs = pairs;
    this.outcomes = new AtomicReferenceArray<>(pairs.size());
    this.unanswered = new AtomicInteger(pairs.size());
    whenComplete(
        (all, thrown) -> {
          if (thrown == null) {
            stream.finish();
          } else {
            stream.cancel();
          }
        });
    if (pairs.isEmpty()) {
      complete(List.of());
    }
  }

  /**
   * Sends while there is room. One thread sends at a time; the others only tell it to check again.
   */
  void sendMore() {
    if (wakeUps.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      fill();
      seen = wakeUps.addAndGet(-seen);
    } while (seen != 0);
  }

  private void fill() {
    while (next < pairs.size() && !isDone()) {
      Optional<CompletableFuture<Classification>> sent = stream.trySend(pairs.get(next));
      if (sent.isEmpty()) {
        stream.room().thenRun(this::sendMore);
        return;
      }
      int index = next++;
      sent.get().whenComplete((answer, thrown) -> ended(index, answer, thrown));
    }
  }

  private void ended(int index, @Nullable Classification answer, @Nullable Throwable thrown) {
    if (answer != null) {
      outcomes.set(index, new Outcome.Answered(index, answer));
    } else if (thrown instanceof GanglionException failure) {
      outcomes.set(index, new Outcome.Failed(index, failure));
    } else { // cancelled, because the client is closed at once
      cancel(false);
      return;
    }
    if (unanswered.decrementAndGet() == 0) {
      List<Outcome> all = new ArrayList<>(pairs.size());
      for (int i = 0; i < pairs.size(); i++) {
        all.add(outcomes.get(i));
      }
      complete(List.copyOf(all));
    }
  }
}
