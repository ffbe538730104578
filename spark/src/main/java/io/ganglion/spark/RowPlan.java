package io.ganglion.spark;

import io.ganglion.api.GanglionException;
import io.ganglion.api.TextModel;
import io.ganglion.api.TextPair;
import java.io.Serializable;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of each row: which of its columns are texts, and what is added. A row without a text
 * is not asked about, and what is added is null. Immutable; sent to executors.
 *
 * @param text index of the column
 * @param secondText index of the other column; -1 if texts are single
 */
record RowPlan<A>(int text, int secondText, AnswerColumns<A> columns, Invalid invalid)
    implements Serializable {
  /**
   * What becomes of a row whose text the model refuses. Names are those of Spark's transformers.
   */
  enum Invalid {
    ERROR,
    KEEP,
    SKIP
  }

  /**
   * @param schema of the result. Spark passes these very rows to a function that comes next, which
   *     may ask them for a column by its name
   */
  AskPartition<Row, A, Row> over(ModelSource source, StructType schema, int inFlight) {
    return new AskPartition<>(
        source,
        this::ask,
        (row, answer) -> answered(row, answer, schema),
        (row, refusal) -> refused(row, refusal, schema),
        inFlight);
  }

  private @Nullable CompletableFuture<A> ask(TextModel model, Row row) {
    if (row.isNullAt(text) || (secondText >= 0 && row.isNullAt(secondText))) {
      return null;
    }
    TextPair texts =
        secondText < 0
            ? new TextPair(row.getString(text))
            : new TextPair(row.getString(text), row.getString(secondText));
    return columns.ask(model, texts);
  }

  private Row answered(Row row, @Nullable A answer, StructType schema) {
    return with(row, answer == null ? nulls() : columns.values(answer), schema);
  }

  private @Nullable Row refused(
      Row row, GanglionException.InvalidRequest refusal, StructType schema) {
    return switch (invalid) {
      case ERROR ->
          throw new IllegalArgumentException(
              "The model refuses a row: "
                  + refusal.getMessage()
                  + "; set handleInvalid to keep or skip to go on without its answer.",
              refusal);
      case KEEP -> with(row, nulls(), schema);
      case SKIP -> null;
    };
  }

  private @Nullable Object[] nulls() {
    return new @Nullable Object[columns.fields().size()];
  }

  private static Row with(Row row, @Nullable Object[] more, StructType schema) {
    int size = row.size();
    @Nullable Object[] values = new @Nullable Object[size + more.length];
    for (int i = 0; i < size; i++) {
      values[i] = row.get(i);
    }
    System.arraycopy(more, 0, values, size, more.length);
    return new GenericRowWithSchema(values, schema);
  }
}
