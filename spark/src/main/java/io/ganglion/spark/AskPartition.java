package io.ganglion.spark;

import io.ganglion.api.GanglionException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model about the items of a partition: a function for {@code mapPartitions} of data sets
 * and of RDDs. Results have the order of the items. A bounded number of items is in flight, and
 * nothing else is kept. Immutable; sent to executors.
 *
 * @param <T> kind of item
 * @param <A> kind of answer
 * @param <R> what stands in the result
 */
public final class AskPartition<T, A, R>
    implements MapPartitionsFunction<T, R>, FlatMapFunction<Iterator<T>, R> {
  private static final long serialVersionUID = 1L;

  /**
   * A few batches for each task, so that cores find full ones while the rows before are written.
   */
  static final int USUAL_IN_FLIGHT = 256;

  private final ModelSource source;
  private final Question<T, A> question;
  private final Result<T, A, R> result;
  private final Refusals<T, R> refusals;
  private final int inFlight;

  AskPartition(
      ModelSource source,
      Question<T, A> question,
      Result<T, A, R> result,
      Refusals<T, R> refusals,
      int inFlight) {
    if (inFlight < 1) {
      throw new IllegalArgumentException("At least one item must be in flight, not " + inFlight);
    }
    this.source = source;
    this.question = question;
    this.result = result;
    this.refusals = refusals;
    this.inFlight = inFlight;
  }

  /** What becomes of an item that the model refuses, because it is empty, for example. */
  @FunctionalInterface
  interface Refusals<T, R> extends Serializable {
    /** Returns what stands in the result, or null for nothing; or throws, which fails the task. */
    @Nullable R of(T item, GanglionException.InvalidRequest refusal);
  }

  /**
   * A copy that has other numbers of items in flight.
   *
   * @param items of one task, at least 1
   * @return the copy
   */
  public AskPartition<T, A, R> inFlight(int items) {
    return new AskPartition<>(source, question, result, refusals, items);
  }

  @Override
  public Iterator<R> call(Iterator<T> items) throws IOException {
    OpenModel open = source.open();
    AnswersInOrder<T, A, R> answers =
        new AnswersInOrder<>(
            items,
            item -> question.ask(open.model(), item),
            result,
            refusals,
            inFlight,
            open.release());
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskCompletionListener closing = ended -> answers.close();
      task.addTaskCompletionListener(closing);
    }
    return answers;
  }
}
