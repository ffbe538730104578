package io.ganglion.loadgen;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where and how to connect. */
final class TargetOptions {
  @Option(
      names = {"-t", "--target"},
      split = ",",
      paramLabel = "HOST:PORT",
      description = "A server, or several; clients are spread over them. Default: 127.0.0.1:60061.")
  List<String> targets = new ArrayList<>();

  @Option(names = "--port", paramLabel = "PORT", description = "Short for --target 127.0.0.1:PORT.")
  @Nullable Integer port;

  @Option(
      names = {"-m", "--mode"},
      defaultValue = "stream",
      description =
          "stream, unary, or mrpc (the AWS Neuron demo's call). Default: ${DEFAULT-VALUE}.")
  Mode mode;

  @Option(
      names = "--connections",
      defaultValue = "1",
      description = "Connections to each server, shared by the clients. Default: ${DEFAULT-VALUE}.")
  int connections;

  @Option(
      names = "--deadline",
      defaultValue = "30s",
      paramLabel = "TIME",
      description = "Of each request, as 300ms or 30s. Default: ${DEFAULT-VALUE}.")
  Duration deadline;

  @Option(
      names = "--attempts",
      defaultValue = "1",
      description =
          "How often a request may be sent when the server is unavailable or overloaded; above 1"
              + " the SDK's retries are measured too. Default: ${DEFAULT-VALUE}.")
  int attempts;

  @Option(names = "--tls", description = "Use TLS with the JVM's trusted certificates.")
  boolean tls;

  @Option(
      names = "--tls-trust",
      paramLabel = "PEM",
      description = "Use TLS and trust these certificates.")
  @Nullable Path trust;

  @Option(
      names = "--tls-identity",
      arity = "2",
      paramLabel = "PEM",
      description = "Use TLS with this certificate chain and this key of the client.")
  @Nullable List<Path> identity;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "Bearer token sent with every call.")
  @Nullable String token;

  @Option(
      names = "--slow-reader",
      paramLabel = "TIME",
      description = "Take each answer only after this time, to try a server's flow control.")
  @Nullable Duration slowReader;

  List<String> servers() {
    if (port != null) {
      if (!targets.isEmpty()) {
        throw new UserError("give --port or --target, not both");
      }
      return List.of("127.0.0.1:" + port);
    }
    return targets.isEmpty() ? List.of("127.0.0.1:60061") : targets;
  }
}
