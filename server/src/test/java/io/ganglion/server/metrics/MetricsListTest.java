package io.ganglion.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.engine.batch.BatchEvents.BatchResult;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.server.log.EventLog;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The list of metrics in the documentation is that of the code. */
class MetricsListTest {
  private static final Path PAGE = Path.of("..", "docs", "operations.md");
  private static final Pattern ROW = Pattern.compile("\\| `([a-z_]+)` \\| (.*) \\|");

  @Test
  void thePageForOperatorsListsEachMetricWithItsMeaning() throws Exception {
    Map<String, String> listed = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        assertThat(listed.put(row.group(1), row.group(2))).as(line).isNull();
      }
    }
    Map<String, String> metrics = metrics();
    String rows =
        metrics.entrySet().stream()
            .map(metric -> "| `" + metric.getKey() + "` | " + metric.getValue() + " |")
            .collect(Collectors.joining("\n", "\n", "\n"));
    assertThat(listed).as("The rows should be: " + rows).isEqualTo(metrics);
  }

  /** By name, without those that Prometheus' library describes. */
  private static Map<String, String> metrics() {
    PrometheusRegistry registry = new PrometheusRegistry();
    haveEachOnce(registry);
    Map<String, String> metrics = new TreeMap<>();
    for (MetricSnapshot snapshot : registry.scrape()) {
      String name = snapshot.getMetadata().getPrometheusName();
      if (!name.startsWith("jvm_") && !name.startsWith("process_")) {
        metrics.put(name + suffix(snapshot), snapshot.getMetadata().getHelp());
      }
    }
    return metrics;
  }

  private static String suffix(MetricSnapshot snapshot) {
    if (snapshot instanceof CounterSnapshot) {
      return "_total";
    }
    return snapshot instanceof InfoSnapshot ? "_info" : "";
  }

  /** A metric with labels shows only after its first event. */
  private static void haveEachOnce(PrometheusRegistry registry) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    EventLog log = new EventLog(nowhere, nowhere, EventLog.Format.TEXT, EventLog.Level.INFO);
    NanoClock clock = NanoClock.system();
    ServerMetrics metrics =
        new ServerMetrics(
            registry,
            log,
            new ThroughputMeter(log, clock, Duration.ofSeconds(1)),
            new ExecutionStats(registry, clock),
            () -> {});
    metrics.onCoreLost(0, "scripted");
    metrics.onCoreReady(0, true);
    metrics.onBatchStart(0, 1, 1, 1, 0);
    metrics.onBatchEnd(0, 1, 1, BatchResult.COMPLETED);
    metrics.onThreadFailure("scripted", new IllegalStateException("scripted"));
    metrics.onFileInForce(Path.of("tokens"), Instant.EPOCH);
    metrics.onCertificate(Path.of("cert.pem"), Instant.EPOCH);
    Gauges.register(registry, () -> 0, () -> 0, () -> 0, () -> 0, () -> 0, () -> 0);
    Gauges.buildInfo(registry, "1");
    Gauges.modelInfo(registry).setLabelValues("", "", "", "", "");
  }
}
