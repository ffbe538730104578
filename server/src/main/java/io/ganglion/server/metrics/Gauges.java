package io.ganglion.server.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;

/** Gauges that are computed when they are read. */
public final class Gauges {
  private Gauges() {}

  /** Gauges of the server's own state. */
  public static void register(
      PrometheusRegistry registry,
      DoubleSupplier queueDepth,
      DoubleSupplier predictedWaitSeconds,
      DoubleSupplier healthyCores,
      DoubleSupplier cacheBytes,
      DoubleSupplier paddingRatio,
      DoubleSupplier stalledStreams) {
    gauge(registry, "ganglion_queue_depth_requests", "Requests that wait for a core.", queueDepth);
    gauge(
        registry,
        "ganglion_predicted_wait_seconds",
        "Predicted time until all that waits has been run.",
        predictedWaitSeconds);
    gauge(registry, "ganglion_healthy_cores", "Cores that run batches.", healthyCores);
    gauge(registry, "ganglion_cache_bytes", "Memory of the answers that are kept.", cacheBytes);
    gauge(
        registry,
        "ganglion_padding_ratio",
        "Share of padding among the tokens computed since the model was loaded, 0 to 1.",
        paddingRatio);
    gauge(
        registry,
        "ganglion_stalled_streams",
        "Streams that hold all they may, and whose client has read nothing for a second.",
        stalledStreams);
    process(registry);
    JvmMetrics.builder().register(registry);
  }

  /** Describes this build, as labels of a metric that is always 1. */
  public static void buildInfo(PrometheusRegistry registry, String version) {
    Info.builder()
        .name("ganglion_build_info")
        .help("The server that runs.")
        .labelNames("version", "java")
        .register(registry)
        .setLabelValues(version, Runtime.version().toString());
  }

  /** Describes the served model, as labels of a metric that is always 1. */
  public static Info modelInfo(PrometheusRegistry registry) {
    return Info.builder()
        .name("ganglion_model_info")
        .help("The model that is served.")
        .labelNames("name", "digest", "version", "precision", "backend")
        .register(registry);
  }

  private static void process(PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("neuron_runtime_memory_used_bytes")
        .help("Memory of this process: heap, native and mapped pages that are resident.")
        .labelNames("memory_location")
        .callback(callback -> callback.call((double) ProcessMemory.bytes(), "host"))
        .register(registry);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      GaugeWithCallback.builder()
          .name("neuron_runtime_vcpu_usage_ratio")
          .help("Share of the machine's processors that this process uses, 0 to 1.")
          .labelNames("usage_type")
          .callback(callback -> callback.call(Math.max(0, system.getProcessCpuLoad()), "user"))
          .register(registry);
    }
  }

  private static void gauge(
      PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }
}
