package io.ganglion.server;

import io.ganglion.cli.Ports;
import io.ganglion.server.log.EventLog;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The flags for what the server tells of itself. */
final class TelemetryFlags {
  @Option(
      names = "--metrics-port",
      defaultValue = "60062",
      converter = Ports.ListeningOrNone.class,
      paramLabel = "PORT",
      description = "HTTP port of /metrics, /healthz and /readyz; 0: any free port; or none.")
  private OptionalInt metricsPort;

  @Option(names = "--metrics-host", description = "Address of that port. Default: that of --host.")
  private @Nullable String metricsHost;

  @Option(
      names = "--otlp-endpoint",
      paramLabel = "URL",
      defaultValue = "${env:OTEL_EXPORTER_OTLP_ENDPOINT}",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "Send OpenTelemetry traces to this collector, with the settings of OTEL_* variables."
              + " Default: OTEL_EXPORTER_OTLP_ENDPOINT, or no traces.")
  private @Nullable String otlpEndpoint;

  @Option(
      names = "--log-format",
      defaultValue = "text",
      description =
          "text: sentences on standard output, events on standard error; json: all on standard"
              + " output, an object a line.")
  private EventLog.Format logFormat;

  @Option(
      names = "--log-level",
      defaultValue = "info",
      description = "info, warn or error: what matters less is not written.")
  private EventLog.Level logLevel;

  @Option(
      names = "--throughput-interval",
      defaultValue = "1s",
      paramLabel = "TIME",
      description = "How often the throughput is said, while there is any; 0s: only at the end.")
  private Duration throughputInterval;

  void check() {
    if (metricsHost != null) {
      FlagChecks.address("--metrics-host", metricsHost);
    }
    FlagChecks.timeOrZero("--throughput-interval", throughputInterval);
  }

  EventLog log(PrintStream out, PrintStream err) {
    return new EventLog(out, err, logFormat, logLevel);
  }

  /**
   * @param host where calls are taken
   */
  Telemetry telemetry(String host) {
    return new Telemetry(
        metricsHost == null ? host : metricsHost,
        metricsPort,
        Optional.ofNullable(otlpEndpoint).filter(url -> !url.isBlank()),
        throughputInterval);
  }
}
