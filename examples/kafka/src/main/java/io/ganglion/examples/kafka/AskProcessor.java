package io.ganglion.examples.kafka;

import io.ganglion.api.Classification;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextModel;
import io.ganglion.api.TextPair;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Asks a model about the records of a partition, many at a time, and forwards them with their
 * answers in their order. Called by the partition's stream thread.
 *
 * <p>Kafka Streams may commit after any record, also one that has no answer yet. Such a record is
 * in a store, whose changes are part of the same transaction as the offsets and the output. After a
 * crash it is found there, and asked about again. So each record has one answer in the output.
 */
final class AskProcessor implements Processor<String, String, String, String> {
  /** What has no answer, by its place in the partition. */
  static final String STORE = "unanswered";

  /**
   * A few batches of the model's. With more than 30 partitions in one program, less: an engine
   * takes 16,384 calls.
   */
  static final int MOST_IN_FLIGHT = 512;

  /** While no records come, answers are looked for this often. */
  static final Duration IDLE = Duration.ofMillis(10);

  private record Asked(
      long place, Record<String, String> record, CompletableFuture<Classification> answer) {}

  private final TextModel model;
  private final ArrayDeque<Asked> inFlight = new ArrayDeque<>();
  private ProcessorContext<String, String> context;
  private KeyValueStore<Long, String> unanswered;
  private Cancellable idle;
  private long next;

  /**
   * @param model shared by all partitions of the program
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init first
  AskProcessor(TextModel model) {
    this.model = model;
  }

  @Override
  public void init(ProcessorContext<String, String> context) {
    this.context = context;
    this.unanswered = context.getStateStore(STORE);
    this.idle = context.schedule(IDLE, PunctuationType.WALL_CLOCK_TIME, now -> forward(0));
    try (KeyValueIterator<Long, String> left = unanswered.all()) {
      while (left.hasNext()) {
        KeyValue<Long, String> one = left.next();
        ask(one.key, Stored.read(one.value));
        next = one.key + 1;
      }
    }
  }

  @Override
  public void process(Record<String, String> record) {
    if (record.value() == null) {
      return; // a tombstone has no text
    }
    unanswered.put(next, Stored.write(record));
    ask(next, record);
    next++;
    forward(MOST_IN_FLIGHT);
  }

  /** Texts are separated by a tab; a single one is classified alone. */
  private void ask(long place, Record<String, String> record) {
    String[] texts = record.value().split("\t", 2);
    TextPair pair = new TextPair(texts[0], texts.length == 2 ? texts[1] : null);
    inFlight.add(new Asked(place, record, model.classify(pair)));
  }

  /** Forwards what is answered, oldest first; waits only while more than this are in flight. */
  private void forward(int mostInFlight) {
    while (!inFlight.isEmpty()
        && (inFlight.peek().answer().isDone()
            || (mostInFlight > 0 && inFlight.size() > mostInFlight))) {
      Asked first = inFlight.remove();
      context.forward(first.record().withValue(said(first.answer())));
      unanswered.delete(first.place());
    }
  }

  /** A text that the model refuses is answered so; any other failure stops the program. */
  private static String said(CompletableFuture<Classification> answer) {
    try {
      Classification given = answer.join();
      return given.label() + "\t" + given.probability();
    } catch (CompletionException e) {
      if (e.getCause() instanceof GanglionException.InvalidRequest refused) {
        return "refused\t" + refused.getMessage();
      }
      throw e;
    }
  }

  /** What is in flight stays in the store: whoever takes the partition over asks about it. */
  @Override
  public void close() {
    idle.cancel();
    inFlight.forEach(asked -> asked.answer().cancel(false));
    inFlight.clear();
  }
}
