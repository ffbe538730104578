package io.ganglion.flink;

import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.GanglionException;
import io.ganglion.api.TextPair;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.util.function.SerializableFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model about each element of a stream. An element that has no answer when a checkpoint is
 * taken is part of it, and is asked about again after a restart. A text that the model refuses
 * fails the job, unless {@link #whenRefused} says what becomes of it; every other failure fails the
 * job.
 *
 * <pre>{@code
 * DataStream<Scored> scored =
 *     AskFunction.classify(
 *             ModelSource.inProcess("/models/paraphrase"),
 *             (Pair pair) -> new TextPair(pair.first(), pair.second()),
 *             (pair, answer) -> new Scored(pair.id(), answer.label(), answer.probability()),
 *             TypeInformation.of(Scored.class))
 *         .unordered(pairs);
 * }</pre>
 *
 * @param <IN> the elements
 * @param <OUT> elements with their answers
 */
public final class AskFunction<IN, OUT> extends RichAsyncFunction<IN, OUT>
    implements ResultTypeQueryable<OUT> {
  /**
   * How many elements of each parallel instance are in flight unless told otherwise. Batches are
   * made of what is in flight together: fewer leave them half empty, more only wait longer.
   */
  public static final int CAPACITY = 512;

  /** After a client's own deadline, whose message tells more. */
  private static final Duration AFTER_DEADLINE = Duration.ofSeconds(10);

  /** In process the engine itself gives up a core that hangs, and a timer for each costs time. */
  private static final Duration NO_TIMEOUT = Duration.ZERO;

  private static final long serialVersionUID = 1L;

  /**
   * Makes what goes on of an element and what the model said. Called on the task's thread.
   *
   * @param <IN> the elements
   * @param <A> what the model said
   * @param <OUT> what goes on
   */
  @FunctionalInterface
  public interface Result<IN, A, OUT> extends Serializable {
    /**
     * Makes the result.
     *
     * @param element what was asked about
     * @param answer of the model
     * @return what goes on
     * @throws Exception if the job shall fail
     */
    OUT of(IN element, A answer) throws Exception;
  }

  /** One kind of question, with what becomes of its answer. */
  private record Question<IN, A, OUT>(
      Asking<IN, A> asking, Result<? super IN, ? super A, ? extends OUT> result)
      implements Serializable {
    interface Asking<IN, A> extends Serializable {
      CompletableFuture<A> ask(Asker asker, IN element);
    }
  }

  private final ModelSource source;
  private final Task task;
  private final Question<IN, ?, OUT> question;
  private final TypeInformation<OUT> type;
  private final @Nullable Result<? super IN, GanglionException.InvalidRequest, ? extends OUT>
      refused;
  private transient @Nullable Asker asker;

  private AskFunction(
      ModelSource source,
      Task task,
      Question<IN, ?, OUT> question,
      TypeInformation<OUT> type,
      @Nullable Result<? super IN, GanglionException.InvalidRequest, ? extends OUT> refused) {
    this.source = source;
    this.task = task;
    this.question = question;
    this.type = type;
    this.refused = refused;
  }

  /**
   * Classifies a text or a pair of each element.
   *
   * @param <IN> the elements
   * @param <OUT> elements with their answers
   * @param source where the model runs
   * @param texts of an element; called on the task's thread
   * @param result of an element and its answer
   * @param type of the results
   * @return a function for one operator
   */
  public static <IN, OUT> AskFunction<IN, OUT> classify(
      ModelSource source,
      SerializableFunction<IN, TextPair> texts,
      Result<? super IN, ? super Classification, ? extends OUT> result,
      TypeInformation<OUT> type) {
    return new AskFunction<>(
        source,
        Task.CLASSIFY,
        new Question<IN, Classification, OUT>(
            (asker, element) -> asker.classify(texts.apply(element)), result),
        type,
        null);
  }

  /**
   * Turns a text of each element into a vector.
   *
   * @param <IN> the elements
   * @param <OUT> elements with their vectors
   * @param source where the model runs
   * @param text of an element; called on the task's thread
   * @param result of an element and its vector
   * @param type of the results
   * @return a function for one operator
   */
  public static <IN, OUT> AskFunction<IN, OUT> embed(
      ModelSource source,
      SerializableFunction<IN, String> text,
      Result<? super IN, ? super Embedding, ? extends OUT> result,
      TypeInformation<OUT> type) {
    return new AskFunction<>(
        source,
        Task.EMBED,
        new Question<IN, Embedding, OUT>(
            (asker, element) -> asker.embed(text.apply(element), 0), result),
        type,
        null);
  }

  /**
   * The same, with a result for texts that the model refuses, such as empty ones.
   *
   * @param result of an element and the refusal
   * @return a function for one operator
   */
  public AskFunction<IN, OUT> whenRefused(
      Result<? super IN, GanglionException.InvalidRequest, ? extends OUT> result) {
    return new AskFunction<>(source, task, question, type, result);
  }

  /**
   * Asks about a stream; results come as the answers do.
   *
   * @param elements what is asked about
   * @return the results
   */
  public SingleOutputStreamOperator<OUT> unordered(DataStream<IN> elements) {
    return unordered(elements, CAPACITY);
  }

  /**
   * Asks about a stream; results come as the answers do.
   *
   * @param elements what is asked about
   * @param capacity most elements in flight of each parallel instance
   * @return the results
   */
  public SingleOutputStreamOperator<OUT> unordered(DataStream<IN> elements, int capacity) {
    return AsyncDataStream.unorderedWait(
        elements, this, timeout().toMillis(), TimeUnit.MILLISECONDS, capacity);
  }

  /**
   * Asks about a stream; results come in the order of the elements.
   *
   * @param elements what is asked about
   * @return the results
   */
  public SingleOutputStreamOperator<OUT> ordered(DataStream<IN> elements) {
    return ordered(elements, CAPACITY);
  }

  /**
   * Asks about a stream; results come in the order of the elements.
   *
   * @param elements what is asked about
   * @param capacity most elements in flight of each parallel instance
   * @return the results
   */
  public SingleOutputStreamOperator<OUT> ordered(DataStream<IN> elements, int capacity) {
    return AsyncDataStream.orderedWait(
        elements, this, timeout().toMillis(), TimeUnit.MILLISECONDS, capacity);
  }

  private Duration timeout() {
    return source instanceof ModelSource.Remote remote
        ? remote.deadline().plus(AFTER_DEADLINE)
        : NO_TIMEOUT;
  }

  @Override
  public TypeInformation<OUT> getProducedType() {
    return type;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    asker = Asker.open(source, task, getRuntimeContext().getMetricGroup());
  }

  @Override
  public void asyncInvoke(IN element, ResultFuture<OUT> output) {
    Asker open = asker;
    if (open == null) {
      throw new IllegalStateException("the function is not open");
    }
    answer(question, open, element, output);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what fails reaches the output
  private <A> void answer(
      Question<IN, A, OUT> question, Asker open, IN element, ResultFuture<OUT> output) {
    question
        .asking()
        .ask(open, element)
        .whenComplete(
            (answer, thrown) -> {
              Throwable failure = Asker.unwrapped(thrown);
              if (failure == null) {
                output.complete(() -> List.of(question.result().of(element, answer)));
              } else if (refused != null
                  && failure instanceof GanglionException.InvalidRequest invalid) {
                output.complete(() -> List.of(refused.of(element, invalid)));
              } else {
                output.completeExceptionally(failure);
              }
            });
  }

  @Override
  public void timeout(IN element, ResultFuture<OUT> output) {
    output.completeExceptionally(
        new GanglionException.DeadlineExceeded(
            "DEADLINE_EXCEEDED", "an element had no answer after " + timeout(), null));
  }

  @Override
  public void close() {
    Asker open = asker;
    asker = null;
    if (open != null) {
      open.close();
    }
  }
}
