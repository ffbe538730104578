package io.ganglion.spark;

import io.ganglion.api.Classification;
import io.ganglion.api.TextPair;
import java.io.Serializable;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Asks a model about the rows of a data set, in one line. Each call is a {@link
 * GanglionTransformer} with its usual settings; whoever needs others sets them there.
 *
 * <pre>{@code
 * Dataset<Row> scored = Ganglion.score(pairs, "hdfs:///models/reranker", "query", "passage");
 * }</pre>
 */
public final class Ganglion {
  private Ganglion() {}

  /**
   * Adds the columns {@code prediction}, {@code predictedLabel} and {@code probability}.
   *
   * @param rows with a column for each text
   * @param artifact see {@link ModelSource#artifact}
   * @param textCols names of one column, or of two for a model of pairs
   * @return the rows with their answers
   */
  public static Dataset<Row> classify(Dataset<?> rows, String artifact, String... textCols) {
    return transformer("classify", artifact, textCols).transform(rows);
  }

  /**
   * Adds the column {@code score}.
   *
   * @param rows with a column for each text
   * @param artifact see {@link ModelSource#artifact}
   * @param textCols names of one column, or of two for a model of pairs
   * @return the rows with their scores
   */
  public static Dataset<Row> score(Dataset<?> rows, String artifact, String... textCols) {
    return transformer("score", artifact, textCols).transform(rows);
  }

  /**
   * Adds the column {@code embedding}.
   *
   * @param rows with a column of texts
   * @param artifact see {@link ModelSource#artifact}
   * @param textCol its name
   * @return the rows with their vectors
   */
  public static Dataset<Row> embed(Dataset<?> rows, String artifact, String textCol) {
    return transformer("embed", artifact, textCol).transform(rows);
  }

  /**
   * A function for {@code mapPartitions} of data sets and RDDs of any type.
   *
   * @param source the model
   * @param question what it is asked about an item
   * @param result what becomes of an item and its answer
   * @param <T> kind of item
   * @param <A> kind of answer
   * @param <R> what stands in the result
   * @return the function; an item that the model refuses fails the task
   */
  public static <T, A, R> AskPartition<T, A, R> ask(
      ModelSource source, Question<T, A> question, Result<T, A, R> result) {
    return new AskPartition<>(
        source,
        question,
        result,
        (item, refusal) -> {
          throw refusal;
        },
        AskPartition.USUAL_IN_FLIGHT);
  }

  /**
   * A function for {@code mapPartitions} that classifies what a pair is made of.
   *
   * @param source the model
   * @param texts the texts of an item
   * @param result what becomes of an item and its answer
   * @param <T> kind of item
   * @param <R> what stands in the result
   * @return the function; an item that the model refuses fails the task
   */
  public static <T, R> AskPartition<T, Classification, R> classify(
      ModelSource source, Texts<T> texts, Result<T, Classification, R> result) {
    return ask(source, (model, item) -> model.classify(texts.apply(item)), result);
  }

  /**
   * Tells the texts of an item.
   *
   * @param <T> kind of item
   */
  @FunctionalInterface
  public interface Texts<T> extends Function<T, TextPair>, Serializable {}

  private static GanglionTransformer transformer(String task, String artifact, String... textCols) {
    if (textCols.length < 1 || textCols.length > 2) {
      throw new IllegalArgumentException(
          "Give the name of one column of texts, or of two, not of " + textCols.length + ".");
    }
    GanglionTransformer transformer =
        new GanglionTransformer().setArtifact(artifact).setTask(task).setTextCol(textCols[0]);
    return textCols.length == 2 ? transformer.setSecondTextCol(textCols[1]) : transformer;
  }
}
