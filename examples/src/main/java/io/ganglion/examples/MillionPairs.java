package io.ganglion.examples;

import io.ganglion.api.TextPair;
import io.ganglion.client.ClassificationStream;
import io.ganglion.client.GanglionClient;
import java.util.concurrent.atomic.LongAdder;

/**
 * Classifies a million pairs over one stream in constant memory: {@code MillionPairs [host:port
 * [pairs]]}. {@code send} waits while the stream is full, and answers are not kept, so nothing
 * piles up.
 */
@SuppressWarnings("FutureReturnValueIgnored") // each answer or failure is counted when it arrives
public final class MillionPairs {
  private MillionPairs() {}

  /**
   * Prints how many pairs have each label.
   *
   * @param args the server, and how many pairs
   * @throws InterruptedException when interrupted while the stream is full
   */
  public static void main(String[] args) throws InterruptedException {
    String target = args.length > 0 ? args[0] : "127.0.0.1:60061";
    long pairs = args.length > 1 ? Long.parseLong(args[1]) : 1_000_000;
    LongAdder first = new LongAdder();
    LongAdder others = new LongAdder();
    LongAdder failed = new LongAdder();
    try (GanglionClient client = GanglionClient.builder().target(target).build();
        ClassificationStream stream = client.openStream(1000)) {
      for (long i = 0; i < pairs; i++) {
        stream
            .send(new TextPair("Row " + i + " of a table.", "Row " + (i % 1000) + " of a table."))
            .whenComplete(
                (answer, failure) -> {
                  LongAdder count =
                      failure != null ? failed : answer.labelIndex() == 0 ? first : others;
                  count.increment();
                });
      }
      stream.finish().join();
    }
    System.out.printf(
        "%d pairs: %d of label 0, %d of others, %d without an answer%n",
        pairs, first.sum(), others.sum(), failed.sum());
  }
}
