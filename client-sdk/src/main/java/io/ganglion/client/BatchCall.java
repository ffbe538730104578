package io.ganglion.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Sends a list of pairs over its own stream. Ends with all answers or with the first failure. */
@SuppressWarnings("FutureReturnValueIgnored") // each continuation handles its failures
final class BatchCall extends CompletableFuture<List<Classification>> {
  private final ClassificationStream stream;
  private final List<TextPair> pairs;
  private final AtomicReferenceArray<Classification> answers;
  private final AtomicInteger unanswered;
  private final AtomicInteger wakeUps = new AtomicInteger();
  private int next; // touched only by the thread that is sending

  BatchCall(ClassificationStream stream, List<TextPair> pairs) {
    this.stream = stream;
    this.pairs = pairs;
    this.answers = new AtomicReferenceArray<>(pairs.size());
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
      sent.get().whenComplete((answer, thrown) -> answered(index, answer, thrown));
    }
  }

  private void answered(int index, Classification answer, Throwable thrown) {
    if (thrown != null) {
      completeExceptionally(thrown);
      return;
    }
    answers.set(index, answer);
    if (unanswered.decrementAndGet() == 0) {
      List<Classification> all = new ArrayList<>(pairs.size());
      for (int i = 0; i < pairs.size(); i++) {
        all.add(answers.get(i));
      }
      complete(List.copyOf(all));
    }
  }
}
