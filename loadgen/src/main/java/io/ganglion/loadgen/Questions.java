package io.ganglion.loadgen;

import io.ganglion.cli.FailureException;
import io.ganglion.client.TextPair;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks about pairs, one after the other, and prints the AWS Neuron demo's line for each. */
final class Questions {
  private record Answer(int label, double seconds) {}

  private final Connections connections;
  private final PrintStream out;
  private final List<TextPair> pairs = new ArrayList<>();

  /**
   * Questions to a server that answers.
   *
   * @param texts two for each pair
   */
  Questions(Connections connections, PrintStream out, List<String> texts) {
    this.connections = connections;
    this.out = out;
    for (int i = 0; i < texts.size(); i += 2) {
      pairs.add(new TextPair(texts.get(i), texts.get(i + 1)));
    }
  }

  /** Asks about each pair so many times; 0. */
  int run(long times) {
    try (Requests client = connections.open(0, 1)) {
      for (TextPair pair : pairs) {
        for (long i = 0; i < times; i++) {
          Answer answer = ask(client, pair);
          out.printf(
              Locale.ROOT,
              "%s (latency %s s)%n",
              answer.label() == 1 ? "paraphrase!" : "not paraphrase!",
              answer.seconds());
        }
      }
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof FailureException failure ? failure : e;
    }
    return 0;
  }

  private static Answer ask(Requests client, TextPair pair) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    long start = System.nanoTime();
    Runnable cancel =
        client.send(
            pair,
            new Requests.Outcome() {
              @Override
              public void answered(int labelIndex, int tokens) {
                answer.complete(new Answer(labelIndex, (System.nanoTime() - start) / 1e9));
              }

              @Override
              public void failed(String code, String message) {
                answer.completeExceptionally(
                    new FailureException("The request failed with " + code + ": " + message));
              }
            });
    try {
      return answer.join();
    } finally {
      cancel.run(); // nothing to cancel unless the wait itself failed
    }
  }
}
