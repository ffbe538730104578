package io.ganglion.flink;

import io.ganglion.api.TextPair;
import io.ganglion.flink.GanglionOptions.OnError;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model about rows, each with one answer. Rows are given on the task's thread. Public for
 * the code that Flink generates; made by the provider alone.
 *
 * <pre>{@code
 * SELECT * FROM ML_PREDICT(TABLE pairs, MODEL paraphrase, DESCRIPTOR(a, b));
 * }</pre>
 */
public final class PredictFunction extends AsyncPredictFunction {
  private static final long serialVersionUID = 1L;

  /** All labels: a model has fewer. */
  private static final int ALL = 1 << 16;

  private final ModelSource source;
  private final Task task;
  private final OnError onError;
  private final int dimensions;
  private final ModelColumns columns;
  private transient @Nullable Asker asker;

  PredictFunction(ModelSettings settings, ModelColumns columns) {
    this.source = settings.source();
    this.task = settings.task();
    this.onError = settings.onError();
    this.dimensions = settings.dimensions();
    this.columns = columns;
  }

  @Override
  public void open(FunctionContext context) throws Exception {
    asker = Asker.open(source, task, context.getMetricGroup());
  }

  @Override
  public CompletableFuture<Collection<RowData>> asyncPredict(RowData input) {
    Asker open = asker;
    if (open == null) {
      throw new IllegalStateException("the function is not open");
    }
    for (int i = 0; i < columns.texts(); i++) {
      if (input.isNullAt(i)) {
        return CompletableFuture.completedFuture(List.of(columns.nulls()));
      }
    }
    return ask(open, input).handle(this::rows);
  }

  private CompletableFuture<RowData> ask(Asker open, RowData input) {
    String first = input.getString(0).toString();
    if (task == Task.EMBED) {
      return open.embed(first, dimensions).thenApply(columns::row);
    }
    TextPair pair =
        new TextPair(first, columns.texts() == 2 ? input.getString(1).toString() : null);
    return (columns.needNames() ? open.classify(pair, ALL) : open.classify(pair))
        .thenApply(columns::row);
  }

  private Collection<RowData> rows(@Nullable RowData row, @Nullable Throwable thrown) {
    Throwable failure = Asker.unwrapped(thrown);
    if (failure == null && row != null) {
      return List.of(row);
    }
    if (onError == OnError.NULL && failure != null && Asker.isOfItem(failure)) {
      return List.of(columns.refused(failure.getMessage()));
    }
    throw new CompletionException(failure);
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
