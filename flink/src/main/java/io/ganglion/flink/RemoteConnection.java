package io.ganglion.flink;

import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.GanglionException;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.TextPair;
import io.ganglion.client.ClassificationStream;
import io.ganglion.client.ClientObserver;
import io.ganglion.client.GanglionClient;
import io.ganglion.client.GanglionClientBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * A client of servers. Plain classifications go over its stream; Flink's operator bounds what is in
 * flight.
 */
final class RemoteConnection implements Connection {
  /** Far above any operator's capacity, so that the task's thread never waits here. */
  private static final int STREAM_IN_FLIGHT = 1 << 16;

  private final GanglionClient client;
  private final ClassificationStream stream;

  private RemoteConnection(GanglionClient client) {
    this.client = client;
    this.stream = client.openStream(STREAM_IN_FLIGHT);
  }

  static RemoteConnection open(ModelSource.Remote source, ClientObserver observer) {
    GanglionClientBuilder builder =
        GanglionClient.builder()
            .target(source.endpoints().toArray(String[]::new))
            .deadline(source.deadline())
            .maxAttempts(source.maxAttempts())
            .connections(source.connections())
            // What follows an answer only hands it to the task's thread.
            .executor(Runnable::run)
            .observer(observer);
    ModelSource.Tls tls = source.tls();
    if (tls.enabled()) {
      builder.tls();
    }
    if (tls.trust() != null) {
      builder.trust(Path.of(tls.trust()));
    }
    if (tls.certificate() != null) {
      builder.identity(Path.of(tls.certificate()), Path.of(Objects.requireNonNull(tls.key())));
    }
    if (source.tokenFile() != null) {
      builder.bearerTokenFile(Path.of(source.tokenFile()));
    }
    return new RemoteConnection(builder.build());
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair) {
    try {
      return stream.send(pair);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CompletableFuture.failedFuture(
          new GanglionException.Unavailable("CANCELLED", "the task was cancelled", null, e));
    }
  }

  @Override
  public CompletableFuture<Classification> classify(TextPair pair, int topK) {
    return client.classify(pair, topK);
  }

  @Override
  public CompletableFuture<Embedding> embed(String text, int dimensions) {
    return client.embed(List.of(text), dimensions).thenApply(vectors -> vectors.get(0));
  }

  @Override
  public CompletableFuture<ModelInfo> model() {
    return client.model();
  }

  @Override
  public void close() {
    client.closeNow();
  }
}
