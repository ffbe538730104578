package io.ganglion.examples;

import io.ganglion.api.Classification;
import io.ganglion.api.GanglionException;
import io.ganglion.client.GanglionClient;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** Asks one question: {@code HelloPair [host:port]}. */
public final class HelloPair {
  private HelloPair() {}

  /**
   * Prints the answer.
   *
   * @param args the server, 127.0.0.1:60061 unless given
   */
  public static void main(String[] args) {
    String target = args.length > 0 ? args[0] : "127.0.0.1:60061";
    try (GanglionClient client =
        GanglionClient.builder().target(target).deadline(Duration.ofSeconds(2)).build()) {
      Classification answer = client.classify("It rained.", "There was rain.").join();
      System.out.printf("%s, probability %.3f%n", answer.label(), answer.probability());
    } catch (CompletionException e) {
      if (e.getCause() instanceof GanglionException failure) {
        System.err.println("no answer: " + failure.getMessage());
        return;
      }
      throw e;
    }
  }
}
