package io.ganglion.flink;

import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.GanglionException;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.TextPair;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.FlinkException;
import org.jspecify.annotations.Nullable;

/**
 * What one parallel instance of an operator asks, wherever the model runs, with its metrics. SQL
 * and DataStream share it. Thread-safe.
 */
final class Asker implements AutoCloseable {
  private final Connection connection;
  private final AskMetrics metrics;
  private final LongSupplier nanoTime;

  private Asker(Connection connection, AskMetrics metrics, LongSupplier nanoTime) {
    this.connection = connection;
    this.metrics = metrics;
    this.nanoTime = nanoTime;
  }

  /**
   * Opens the way to the model, and asks it whether it can do the task.
   *
   * @param group of the operator; the metrics are in its group {@code ganglion}
   * @throws FlinkException if the model cannot do it, cannot be loaded or cannot be reached
   */
  static Asker open(ModelSource source, Task task, MetricGroup group) throws FlinkException {
    AskMetrics metrics = AskMetrics.in(group.addGroup("ganglion"));
    Connection connection =
        source instanceof ModelSource.Remote remote
            ? RemoteConnection.open(remote, metrics.observer())
            : InProcessConnection.open(((ModelSource.InProcess) source).artifact());
    try {
      String complaint = task.complaint(model(connection));
      if (complaint != null) {
        throw new FlinkException(complaint);
      }
      return new Asker(connection, metrics, System::nanoTime);
    } catch (Throwable e) {
      connection.close();
      throw e;
    }
  }

  private static ModelInfo model(Connection connection) throws FlinkException {
    try {
      return connection.model().join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new FlinkException("the model did not say what it is: " + cause.getMessage(), cause);
    }
  }

  CompletableFuture<Classification> classify(TextPair pair) {
    return counted(connection.classify(pair));
  }

  CompletableFuture<Classification> classify(TextPair pair, int topK) {
    return counted(connection.classify(pair, topK));
  }

  CompletableFuture<Embedding> embed(String text, int dimensions) {
    return counted(connection.embed(text, dimensions));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the continuation does not fail
  private <A> CompletableFuture<A> counted(CompletableFuture<A> answer) {
    long begun = nanoTime.getAsLong();
    metrics.began();
    answer.whenComplete(
        (value, thrown) -> metrics.ended(nanoTime.getAsLong() - begun, unwrapped(thrown)));
    return answer;
  }

  /** The failure itself, which the stages between it and its reader wrap. */
  static @Nullable Throwable unwrapped(@Nullable Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }

  /** Whether the text itself is wrong, so that others are still worth asking. */
  static boolean isOfItem(@Nullable Throwable failure) {
    return failure instanceof GanglionException.InvalidRequest;
  }

  @Override
  public void close() {
    connection.close();
  }
}
