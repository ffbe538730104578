package io.ganglion.server.trace;

import io.ganglion.cli.UsageException;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.server.grpc.RequestTracer;
import io.grpc.ServerBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends traces to an OpenTelemetry collector: a span for each call, made by gRPC's plugin, and in
 * it a span {@code classify} for each request, from arrival to outcome, with data on its batch. The
 * {@code OTEL_*} environment variables set everything else: protocol, sampler, headers, name.
 * Thread-safe. If the collector is unreachable, spans are lost but no requests.
 */
public final class Tracing implements RequestTracer, AutoCloseable {
  /** gRPC's plugin traces only if this flag is set before it is loaded. */
  private static final String GRPC_TRACING_FLAG = "GRPC_EXPERIMENTAL_ENABLE_OTEL_TRACING";

  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("ganglion.outcome");
  private static final AttributeKey<Long> QUEUE_NS = AttributeKey.longKey("ganglion.queue_ns");
  private static final AttributeKey<Long> INFERENCE_NS =
      AttributeKey.longKey("ganglion.inference_ns");
  private static final AttributeKey<Long> BATCH_SIZE =
      AttributeKey.longKey("ganglion.batch_size_requests");
  private static final AttributeKey<Long> CORE_INDEX = AttributeKey.longKey("ganglion.core_index");
  private static final AttributeKey<Long> TOKENS = AttributeKey.longKey("ganglion.input_tokens");

  private static final long CLOSE_SECONDS = 5;

  /** Defaults for the environment. No metrics or logs are sent: metrics have their own port. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.service.name", "ganglion-server",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none");

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;

  private Tracing(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
    this.tracer = sdk.getTracer("io.ganglion.server");
  }

  /**
   * Starts tracing. It connects when there is something to send.
   *
   * @param endpoint URL of the collector
   * @throws UsageException if the URL or the environment is wrong
   */
  public static Tracing open(String endpoint) {
    System.setProperty(GRPC_TRACING_FLAG, "true");
    try {
      return new Tracing(
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesSupplier(() -> DEFAULTS)
              .addPropertiesCustomizer(
                  properties -> Map.of("otel.exporter.otlp.endpoint", endpoint))
              .build()
              .getOpenTelemetrySdk());
    } catch (ConfigurationException e) {
      throw new UsageException("Traces cannot be sent: " + e.getMessage(), e);
    }
  }

  @Override
  public void configure(ServerBuilder<?> builder) {
    GrpcOpenTelemetry.newBuilder()
        .sdk(sdk)
        .disableAllMetrics()
        .build()
        .configureServerBuilder(builder);
  }

  @Override
  public Consumer<Outcome> begin() {
    Span span = tracer.spanBuilder("classify").startSpan();
    return outcome -> end(span, outcome);
  }

  private static void end(Span span, Outcome outcome) {
    span.setAttribute(OUTCOME, outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT));
    if (outcome instanceof Outcome.Answered answered) {
      span.setAttribute(QUEUE_NS, answered.queueNs());
      span.setAttribute(INFERENCE_NS, answered.inferenceNs());
      span.setAttribute(BATCH_SIZE, (long) answered.batchSize());
      span.setAttribute(CORE_INDEX, (long) answered.coreIndex());
      span.setAttribute(TOKENS, (long) answered.tokens());
    } else {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  /** Sends the remaining spans, unless the collector is too slow. */
  @Override
  public void close() {
    sdk.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
