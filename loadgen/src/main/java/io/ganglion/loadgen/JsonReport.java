package io.ganglion.loadgen;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes reports as JSON. Names carry their units. Names may be added but are never renamed. */
final class JsonReport {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonReport() {}

  /** The report of a run. */
  static String of(RunReport report, Provenance provenance) {
    ObjectNode root = MAPPER.createObjectNode();
    run(root, report);
    provenance(root, provenance);
    return root.toPrettyString();
  }

  /** The report of a study, with all data of each trial. */
  static String of(RateStudy study, Provenance provenance) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("title", study.title());
    root.put("result", study.sentence());
    root.put("done", study.good());
    study.objectives().forEach(slo -> root.withArray("objectives").add(slo.toString()));
    study.capacity().ifPresent(capacity -> root.put("capacity_per_second", capacity));
    for (Trial trial : study.trials()) {
      trial(root.withArray("trials").addObject(), study, trial);
    }
    study.detail().ifPresent(run -> run(root.putObject("detail"), run));
    provenance(root, provenance);
    return root.toPrettyString();
  }

  private static void trial(ObjectNode at, RateStudy study, Trial trial) {
    Slo objective = study.strictest();
    at.put("rate_per_second", trial.rate());
    study.percentOfCapacity(trial).ifPresent(percent -> at.put("load_percent", percent));
    at.put("kept", trial.kept());
    trial.missed().ifPresent(why -> at.put("missed_because", why));
    at.put("attainment", trial.run().attainment(objective));
    at.put("goodput_per_second", trial.run().goodput(objective));
    run(at.putObject("run"), trial.run());
  }

  private static void run(ObjectNode root, RunReport report) {
    Counts counts = report.counts();
    root.put("title", report.title());
    ObjectNode requests = root.putObject("requests");
    requests.put("ok", counts.ok());
    requests.put("failed", counts.failed());
    requests.put("cancelled", counts.cancelled());
    ObjectNode failures = root.putObject("failures");
    counts.failures().forEach(failures::put);
    root.put("seconds", report.seconds());
    root.put("throughput_per_second", report.throughput());
    report.plannedRate().ifPresent(rate -> root.put("planned_per_second", rate));
    latency(root.putObject("latency_ms"), report);
    if (counts.accuracy().isPresent()) {
      root.put("accuracy", counts.accuracy().getAsDouble());
    } else {
      root.putNull("accuracy");
    }
    counts.scores().forEach(score -> root.put(score.key(), score.value()));
    split(root, report.split());
    root.put("loadgen_cores", report.cores());
    verdict(root, report.verdict());
    report.timeline().forEach(second -> second(root.withArray("timeline").addObject(), second));
  }

  private static void latency(ObjectNode latency, RunReport report) {
    latency.put("p50", report.latencyMs(50));
    latency.put("p90", report.latencyMs(90));
    latency.put("p95", report.latencyMs(95));
    latency.put("p99", report.latencyMs(99));
    latency.put("p99.9", report.latencyMs(99.9));
    latency.put("max", report.maxMs());
    latency.put("mean", report.meanMs());
  }

  private static void split(ObjectNode root, ServerSplit split) {
    if (split.known()) {
      ObjectNode server = root.putObject("server");
      server.put("queue_p50_ms", split.queueMs(50));
      server.put("queue_p99_ms", split.queueMs(99));
      server.put("inference_p50_ms", split.inferenceMs(50));
      server.put("inference_p99_ms", split.inferenceMs(99));
      server.put("batch_mean_requests", split.batchSize().getMean());
    }
  }

  private static void verdict(ObjectNode root, Verdict verdict) {
    root.put("valid", verdict.loadValid());
    verdict.invalid().forEach(root.putArray("invalid_because")::add);
    root.put("server_ok", verdict.serverOk());
    verdict.failed().forEach(root.putArray("server_failed_because")::add);
  }

  private static void second(ObjectNode at, Second second) {
    at.put("at_seconds", second.atSeconds());
    at.put("length_seconds", second.lengthSeconds());
    at.put("rate_per_second", second.rate());
    at.put("in_flight", second.inFlight());
    at.put("p50_ms", second.p50Ms());
    at.put("p99_ms", second.p99Ms());
    at.put("errors", second.errorCount());
  }

  private static void provenance(ObjectNode root, Provenance provenance) {
    ObjectNode measured = root.putObject("provenance");
    provenance.forEach(measured::put);
  }
}
