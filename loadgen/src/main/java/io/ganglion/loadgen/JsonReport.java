package io.ganglion.loadgen;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The report as JSON. Names carry their units; they are added to, and never renamed. */
final class JsonReport {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonReport() {}

  static String of(RunReport report) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("title", report.title());
    ObjectNode requests = root.putObject("requests");
    requests.put("ok", report.ok());
    requests.put("failed", report.failed());
    requests.put("cancelled", report.cancelled());
    ObjectNode failures = root.putObject("failures");
    report.failures().forEach(failures::put);
    root.put("seconds", report.seconds());
    root.put("throughput_per_second", report.throughput());
    report.plannedRate().ifPresent(rate -> root.put("planned_per_second", rate));
    ObjectNode latency = root.putObject("latency_ms");
    latency.put("p50", report.latencyMs(50));
    latency.put("p90", report.latencyMs(90));
    latency.put("p95", report.latencyMs(95));
    latency.put("p99", report.latencyMs(99));
    latency.put("p99.9", report.latencyMs(99.9));
    latency.put("max", report.maxMs());
    latency.put("mean", report.meanMs());
    if (report.accuracy().isPresent()) {
      root.put("accuracy", report.accuracy().getAsDouble());
    } else {
      root.putNull("accuracy");
    }
    root.put("loadgen_cores", report.cores());
    root.put("valid", report.valid());
    report.invalid().forEach(root.putArray("invalid_because")::add);
    for (Second second : report.timeline()) {
      ObjectNode at = root.withArray("timeline").addObject();
      at.put("at_seconds", second.atSeconds());
      at.put("rate_per_second", second.rate());
      at.put("in_flight", second.inFlight());
      at.put("p50_ms", second.p50Ms());
      at.put("p99_ms", second.p99Ms());
      at.put("errors", second.errorCount());
    }
    return root.toPrettyString();
  }
}
