package io.ganglion.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.engine.batch.BatchEvents;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class MetricsEndpointTest {
  private static int status(MetricsEndpoint endpoint, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + endpoint.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void readyzFollowsWhetherTheServerServesAndHealthzDoesNot() throws Exception {
    AtomicBoolean ready = new AtomicBoolean();
    MetricsEndpoint endpoint =
        MetricsEndpoint.start(
            "127.0.0.1", 0, new PrometheusRegistry(), ready::get, BatchEvents.none());
    try {
      assertThat(status(endpoint, "/readyz")).isEqualTo(503);
      assertThat(status(endpoint, "/healthz")).isEqualTo(200);
      ready.set(true);
      assertThat(status(endpoint, "/readyz")).isEqualTo(200);
    } finally {
      endpoint.close();
    }
  }

  @Test
  void aPortInUseIsASentenceThatNamesTheFlag() throws Exception {
    PrometheusRegistry registry = new PrometheusRegistry();
    MetricsEndpoint first =
        MetricsEndpoint.start("127.0.0.1", 0, registry, () -> true, BatchEvents.none());
    try {
      assertThatThrownBy(
              () ->
                  MetricsEndpoint.start(
                      "127.0.0.1", first.port(), registry, () -> true, BatchEvents.none()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("--metrics-port");
    } finally {
      first.close();
    }
  }
}
