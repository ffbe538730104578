package io.ganglion.loadgen;

import io.ganglion.api.TextPair;
import io.ganglion.cli.FailureException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;

/**
 * Asks about pairs, one after the other, and prints a line for each answer: its label, the
 * probability of every label, and how long it took.
 */
final class Questions {
  private record Timed(Answer answer, double seconds) {}

  private final Target target;
  private final LongSupplier nowNs;
  private final List<String> labels;
  private final PrintStream out;
  private final List<TextPair> pairs = new ArrayList<>();

  /**
   * Questions to a server.
   *
   * @param labels labels of the model, in the order of its probabilities; not used if answers have
   *     none
   * @param texts texts, two for each pair
   */
  Questions(
      Target target, LongSupplier nowNs, List<String> labels, PrintStream out, List<String> texts) {
    this.target = target;
    this.nowNs = nowNs;
    this.labels = labels;
    this.out = out;
    for (int i = 0; i < texts.size(); i += 2) {
      pairs.add(new TextPair(texts.get(i), texts.get(i + 1)));
    }
  }

  /** Asks about each pair this many times. Returns 0. */
  int run(long times) {
    try (Requests client = target.open(0, 1)) {
      for (TextPair pair : pairs) {
        for (long i = 0; i < times; i++) {
          out.println(line(ask(client, pair)));
        }
      }
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof FailureException failure ? failure : e;
    }
    return 0;
  }

  private String line(Timed timed) {
    Answer answer = timed.answer();
    StringBuilder line = new StringBuilder(answer.label()).append(" (");
    for (int i = 0; i < answer.probabilities().size(); i++) {
      line.append(i < labels.size() ? labels.get(i) : i).append(' ');
      line.append(String.format(Locale.ROOT, "%.4f, ", answer.probabilities().get(i)));
    }
    return line.append(String.format(Locale.ROOT, "latency %.1f ms)", 1e3 * timed.seconds()))
        .toString();
  }

  private Timed ask(Requests client, TextPair pair) {
    CompletableFuture<Timed> timed = new CompletableFuture<>();
    long start = nowNs.getAsLong();
    Runnable cancel =
        client.send(
            new LabelledPair(pair, LabelledPair.UNLABELLED),
            new Requests.Outcome() {
              @Override
              public void answered(Answer answer) {
                double seconds = (nowNs.getAsLong() - start) / 1e9;
                timed.complete(new Timed(answer, seconds));
              }

              @Override
              public void failed(String code, String message) {
                timed.completeExceptionally(
                    new FailureException("The request failed with " + code + ": " + message));
              }
            });
    try {
      return timed.join();
    } finally {
      cancel.run(); // does nothing unless the wait failed
    }
  }
}
