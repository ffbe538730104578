package io.ganglion.springboot;

import io.ganglion.api.ModelInfo;
import io.ganglion.client.GanglionClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Asks a server what it serves. Thread-safe. */
final class GanglionHealthIndicator extends AbstractHealthIndicator {
  private final GanglionClient client;
  private final Duration timeout;

  /**
   * @param timeout how long to wait for a server
   */
  GanglionHealthIndicator(GanglionClient client, Duration timeout) {
    super("no Ganglion server answers");
    this.client = client;
    this.timeout = timeout;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) throws Exception {
    CompletableFuture<ModelInfo> asked = client.model();
    try {
      ModelInfo model = asked.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      builder
          .up()
          .withDetail("model", model.name())
          .withDetail("version", model.version())
          .withDetail("task", model.task().kind());
    } finally {
      asked.cancel(false); // nobody waits for a late answer
    }
  }
}
