package io.ganglion.server.grpc;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The gRPC port: services, health, reflection. Thread-safe. */
public final class GrpcEndpoint {
  /** A client may ping this often, as mobile-style keepalives do; more is cut off. */
  private static final long CLIENT_PING_SECONDS = 10;

  /** A connection that is silent this long is asked whether it still lives. */
  private static final long SERVER_PING_SECONDS = 60;

  /** Bounds what half-open connections can hold. */
  private static final long HANDSHAKE_SECONDS = 20;

  private static final List<String> SERVICES =
      List.of("", "ganglion.v1.PairClassifier", "mrpc.mrpc");

  private final ClassifierServices services;
  private final HealthStatusManager health = new HealthStatusManager();
  private final NetworkConfig config;
  private final Server server;

  public GrpcEndpoint(NetworkConfig config, ClassifierServices services) {
    this.config = config;
    this.services = services;
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(config.host(), config.port()))
            // Handlers never block: they encode, which is bounded, and hand over to a core.
            .directExecutor()
            .maxInboundMessageSize(config.messageBytes())
            .permitKeepAliveTime(CLIENT_PING_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(SERVER_PING_SECONDS, TimeUnit.SECONDS)
            .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
            .addTransportFilter(services.transportFilter())
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance());
    services.definitions().forEach(builder::addService);
    this.server = builder.build();
    serving(false);
  }

  /** Listens; health still says NOT_SERVING. */
  public void start() throws IOException {
    try {
      server.start();
    } catch (IOException e) {
      throw new IOException(
          "Port " + config.port() + " of " + config.host() + " cannot be listened on: " + why(e),
          e);
    }
  }

  private static String why(IOException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }

  public int port() {
    return server.getPort();
  }

  /** What health says of every service. */
  public void serving(boolean serving) {
    ServingStatus status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    SERVICES.forEach(service -> health.setStatus(service, status));
  }

  /** Health turns NOT_SERVING for good, new requests and calls are refused; open ones go on. */
  public void refuseAll() {
    health.enterTerminalState();
    services.refuseAll();
    server.shutdown();
  }

  /**
   * Ends the open streams and waits until every call has ended.
   *
   * @return false if that took too long
   */
  public boolean endCalls(Duration timeout) throws InterruptedException {
    services.endStreams();
    return server.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Cuts what is still open. Idempotent. */
  public void close() throws InterruptedException {
    services.refuseAll();
    server.shutdownNow();
    server.awaitTermination(1, TimeUnit.SECONDS);
  }
}
