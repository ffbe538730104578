package io.ganglion.server;

import io.ganglion.cli.Ports;
import io.ganglion.cli.UsageException;
import io.ganglion.server.endpoint.ConnectionLimits;
import io.ganglion.server.endpoint.DescriptorBudget;
import io.ganglion.server.endpoint.NetworkConfig;
import io.ganglion.server.endpoint.TlsFiles;
import io.ganglion.server.grpc.WireLimits;
import io.ganglion.server.log.EventLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags for the port: where it listens, who may connect, and what clients may send. */
final class NetworkFlags {
  /**
   * Far above the limit of an item, so that an item that is too long is answered and does not end
   * its stream. What is longer still is no text that somebody pasted.
   */
  private static final int MIN_MESSAGE_BYTES = 1 << 20;

  /** Messages of twice this size are read, and all calls of a connection may send one at once. */
  private static final int MOST_ITEM_BYTES = 16 << 20;

  /** What a message has around an item. */
  private static final int INFLATED_OVERHEAD = 1_024;

  /** As HTTP/2 advises. */
  private static final int LEAST_CALLS = 100;

  /** Each holds a little memory whether it asks or not. */
  private static final int MOST_CALLS = 4_096;

  @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen on.")
  private String host;

  @Option(
      names = "--port",
      defaultValue = "60061",
      converter = Ports.Listening.class,
      paramLabel = "PORT",
      description = "Port of gRPC; 0: any free port.")
  private int port;

  @Option(
      names = "--max-item-size",
      defaultValue = "65536",
      paramLabel = "N",
      description = "Most bytes of text in a request.")
  private int itemBytes;

  @Option(
      names = "--max-stream-requests",
      defaultValue = "256",
      paramLabel = "N",
      description = "Most requests in flight on one stream.")
  private int streamRequests;

  @Option(
      names = "--max-connection-requests",
      defaultValue = "0",
      paramLabel = "N",
      description = "Most requests in flight on one connection; 0: half of --max-queue.")
  private int connectionRequests;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      description =
          "Most open connections; for one more the longest idle is closed, or itself. Default: "
              + ConnectionLimits.MOST_OPEN
              + ", or as many as the limit of open files allows.")
  private @Nullable Integer maxConnections;

  @Option(
      names = "--max-address-connections",
      defaultValue = "0",
      paramLabel = "N",
      description = "Most connections of one address; 0: half of --max-connections.")
  private int addressConnections;

  @Option(
      names = "--max-connection-age",
      defaultValue = "0s",
      paramLabel = "TIME",
      description =
          "After this a connection takes no new call, and those open on it end within"
              + " --drain-timeout; 0s: never.")
  private Duration connectionAge;

  @Option(
      names = "--tls-cert",
      paramLabel = "PEM",
      description = "Certificate chain to serve TLS with; read again when it changes.")
  private @Nullable Path tlsCertificate;

  @Option(names = "--tls-key", paramLabel = "PEM", description = "PKCS#8 key of --tls-cert.")
  private @Nullable Path tlsKey;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "PEM",
      description = "Clients must have a certificate signed by this authority.")
  private @Nullable Path tlsClientAuthority;

  @Option(
      names = "--auth-token-file",
      paramLabel = "FILE",
      description =
          "Calls must bear one of the tokens in this file, one a line. A file is read again when it"
              + " changes, a pipe once at the start.")
  private @Nullable Path tokenFile;

  void check() {
    FlagChecks.address("--host", host);
    FlagChecks.count(1, "--max-stream-requests", streamRequests);
    FlagChecks.count(0, "--max-connection-requests", connectionRequests);
    if (maxConnections != null) {
      FlagChecks.count(1, "--max-connections", maxConnections);
    }
    FlagChecks.count(0, "--max-address-connections", addressConnections);
    FlagChecks.timeOrZero("--max-connection-age", connectionAge);
    FlagChecks.between(
        1,
        MOST_ITEM_BYTES,
        "--max-item-size",
        itemBytes,
        "no model reads more than the first few thousand bytes of a text");
  }

  /** What one client may have in flight, in a queue of {@code maxQueue} requests. */
  WireLimits limits(int maxQueue) {
    return new WireLimits(itemBytes, streamRequests, inFlight(maxQueue), maxQueue);
  }

  private int inFlight(int maxQueue) {
    return connectionRequests > 0 ? connectionRequests : Math.max(1, maxQueue / 2);
  }

  /**
   * @param maxQueue most requests that wait for a core
   * @param grace how long calls may go on that are open on a connection which has grown too old
   * @param log takes a note if connections must be fewer than usual
   */
  NetworkConfig config(int maxQueue, Duration grace, EventLog log) {
    int connections = connections(log);
    return new NetworkConfig(
        host,
        port,
        Math.max(MIN_MESSAGE_BYTES, 2 * itemBytes),
        INFLATED_OVERHEAD + 2 * itemBytes,
        new ConnectionLimits(
            connections,
            addressConnections > 0 ? addressConnections : Math.max(1, connections / 2),
            connectionCalls(inFlight(maxQueue)),
            connectionAge.isZero()
                ? Optional.empty()
                : Optional.of(new ConnectionLimits.Age(connectionAge, grace))),
        tls(),
        Optional.ofNullable(tokenFile));
  }

  /** Twice what may be in flight: a call too many reaches the server, and is refused at once. */
  private static int connectionCalls(int inFlight) {
    return Math.max(LEAST_CALLS, Math.min(MOST_CALLS, 2 * inFlight));
  }

  /** The requested number of connections, or as many as the limit of descriptors allows. */
  private int connections(EventLog log) {
    long limit = DescriptorBudget.limit();
    int room = DescriptorBudget.connections(limit);
    if (room == 0) {
      throw new UsageException(
          "The process may open only "
              + limit
              + " files, and needs more for itself: raise that limit (ulimit -n).");
    }
    if (maxConnections == null) {
      if (room < ConnectionLimits.MOST_OPEN) {
        log.say(
            "note: --max-connections is lowered to %d, because the process may open only %d files (ulimit -n)"
                .formatted(room, limit),
            "connections_lowered",
            "connections",
            room,
            "open_files",
            limit);
      }
      return Math.min(room, ConnectionLimits.MOST_OPEN);
    }
    if (maxConnections > room) {
      throw new UsageException(
          "--max-connections must be at most "
              + room
              + ", and is "
              + maxConnections
              + ": the process may open only "
              + limit
              + " files; raise that limit (ulimit -n) or lower the flag.");
    }
    return maxConnections;
  }

  private Optional<TlsFiles> tls() {
    if (tlsCertificate != null && tlsKey != null) {
      return Optional.of(
          new TlsFiles(tlsCertificate, tlsKey, Optional.ofNullable(tlsClientAuthority)));
    }
    if (tlsCertificate != null || tlsKey != null || tlsClientAuthority != null) {
      throw new UsageException("TLS needs both --tls-cert and --tls-key.");
    }
    return Optional.empty();
  }
}
