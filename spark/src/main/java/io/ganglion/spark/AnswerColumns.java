package io.ganglion.spark;

import io.ganglion.api.TextModel;
import io.ganglion.api.TextPair;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.types.StructField;

/**
 * The columns that a task of a model adds to a row. Immutable; sent to executors.
 *
 * @param <A> kind of answer
 */
interface AnswerColumns<A> extends Serializable {
  List<StructField> fields();

  CompletableFuture<A> ask(TextModel model, TextPair texts);

  /** A value for each field. */
  Object[] values(A answer);
}
