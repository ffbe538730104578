package io.ganglion.loadgen;

import com.google.common.net.HostAndPort;
import io.ganglion.cli.Ports;
import io.ganglion.cli.Secret;
import io.ganglion.cli.UsageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags for where and how to connect. */
final class TargetOptions {
  private static final int DEFAULT_PORT = 60061;
  private static final Pattern HOST = Pattern.compile("[\\p{Alnum}._:%-]+");

  @Option(
      names = {"-t", "--target"},
      split = ",",
      paramLabel = "HOST[:PORT]",
      description =
          "A server, or several; clients are spread over them. The default port is 60061. Default:"
              + " 127.0.0.1:60061.")
  @Nullable List<String> targets;

  @Option(
      names = "--port",
      converter = Ports.Remote.class,
      paramLabel = "PORT",
      description = "Short for --target 127.0.0.1:PORT.")
  @Nullable Integer port;

  @Option(
      names = {"-m", "--mode"},
      description =
          "stream, unary, or mrpc (the AWS Neuron demo's call). Default: stream for --task classify,"
              + " unary for the others, which have no other.")
  @Nullable Mode mode;

  @Option(
      names = "--connections",
      defaultValue = "1",
      paramLabel = "N",
      description = "Connections to each server, shared by the clients.")
  int connections;

  @Option(
      names = "--deadline",
      defaultValue = "30s",
      paramLabel = "TIME",
      description = "Deadline of each request, such as 300ms or 30s.")
  Duration deadline;

  @Option(
      names = "--attempts",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "How often a request may be sent when the server is unavailable or overloaded; above 1"
              + " the SDK's retries are measured too.")
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
  @Nullable Secret token;

  @Option(
      names = "--slow-reader",
      paramLabel = "TIME",
      description = "Take each answer only after this time, to try a server's flow control.")
  @Nullable Duration slowReader;

  /** How requests of this task are sent. */
  Mode mode(Task task) {
    if (task == Task.CLASSIFY) {
      return mode == null ? Mode.STREAM : mode;
    }
    if (mode != null && mode != Mode.UNARY) {
      throw new UsageException("--mode %s is for --task classify".formatted(mode));
    }
    return Mode.UNARY;
  }

  List<String> servers() {
    if (port != null) {
      if (targets != null) {
        throw new UsageException("Give --port or --target, not both");
      }
      return List.of("127.0.0.1:" + port);
    }
    return targets == null
        ? List.of("127.0.0.1:" + DEFAULT_PORT)
        : targets.stream().map(TargetOptions::address).toList();
  }

  /** The target with its port, so that output shows it. */
  private static String address(String target) {
    try {
      HostAndPort address = HostAndPort.fromString(target).withDefaultPort(DEFAULT_PORT);
      if (HOST.matcher(address.getHost()).matches()
          && address.getPort() > 0
          && !target.endsWith(":")) {
        return address.toString();
      }
    } catch (IllegalArgumentException e) {
      // refused below, like names that HostPort accepts but that are wrong here
    }
    throw new UsageException(
        "--target " + target + " is no server address; write it as HOST or HOST:PORT");
  }
}
