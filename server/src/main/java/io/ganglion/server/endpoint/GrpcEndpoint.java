package io.ganglion.server.endpoint;

import io.ganglion.server.grpc.ConnectionThread;
import io.ganglion.server.grpc.WireServices;
import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCredentials;
import io.grpc.ServerTransportFilter;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The gRPC port: services, health, reflection, channelz. Thread-safe. */
public final class GrpcEndpoint {
  /** The shortest time between a client's pings. A client that pings more often is cut off. */
  private static final long CLIENT_PING_SECONDS = 10;

  /** A connection that is silent for this long gets a ping. */
  private static final long SERVER_PING_SECONDS = 60;

  /** Time for the handshake. It bounds the resources that half-open connections hold. */
  private static final long HANDSHAKE_SECONDS = 20;

  /**
   * A connection without calls is closed after this time. Its client opens another one for its next
   * call.
   */
  private static final long IDLE_MINUTES = 30;

  /** Time for clients to close their connections before they are cut. */
  private static final long PARTING_MILLIS = 1_000;

  private static final int CHANNELZ_PAGE = 100;

  /** The name of the whole server in health checks. */
  private static final String WHOLE_SERVER = "";

  private final WireServices services;
  private final HealthStatusManager health = new HealthStatusManager();
  private final String address;
  private final SideCalls sideCalls;
  private final OpenCalls openCalls = new OpenCalls();
  private final @Nullable FileReloader reloader;
  private final @Nullable ServerSockets sockets;
  private final Server server;

  private GrpcEndpoint(
      String address,
      ServerBuilder<?> builder,
      WireServices services,
      SideCalls sideCalls,
      @Nullable FileReloader reloader,
      @Nullable ServerSockets sockets) {
    this.address = address;
    this.services = services;
    this.sideCalls = sideCalls;
    this.reloader = reloader;
    this.sockets = sockets;
    // Handlers never block: they encode, which takes bounded time, and hand over to a core.
    builder.directExecutor();
    builder.addStreamTracerFactory(openCalls);
    builder.addService(sideCalls.follow(health.getHealthService()));
    services.addTo(builder);
    this.server = builder.build();
    serving(false);
  }

  /** A server on a port of this machine. */
  public static GrpcEndpoint network(
      NetworkConfig config, WireServices services, EndpointEvents events) throws IOException {
    FileReloader reloader = new FileReloader(events, InstantSource.system());
    ServerSockets sockets = new ServerSockets(config, events);
    try {
      SideCalls sideCalls = new SideCalls();
      NettyServerBuilder builder =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(config.host(), config.port()),
                  credentials(config, reloader))
              .maxInboundMessageSize(config.messageBytes())
              .maxConcurrentCallsPerConnection(config.connections().calls())
              .permitKeepAliveTime(CLIENT_PING_SECONDS, TimeUnit.SECONDS)
              .permitKeepAliveWithoutCalls(true)
              .keepAliveTime(SERVER_PING_SECONDS, TimeUnit.SECONDS)
              .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES)
              .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
              .addService(sideCalls.follow(ProtoReflectionServiceV1.newInstance()))
              .addService(sideCalls.follow(olderReflection()))
              .addService(sideCalls.follow(ChannelzService.newInstance(CHANNELZ_PAGE)));
      config.connections().age().ifPresent(age -> bound(builder, age));
      if (config.tokenFile().isPresent()) {
        builder.intercept(new BearerTokenInterceptor(config.tokenFile().get(), reloader, events));
      }
      sockets.carry(builder);
      builder.addTransportFilter(ConnectionThread.filter(sockets::currentThread));
      builder.addTransportFilter(counting(events));
      return new GrpcEndpoint(
          "port " + config.port() + " of " + config.host(),
          builder,
          services,
          sideCalls,
          reloader,
          sockets);
    } catch (IOException | RuntimeException e) {
      reloader.close();
      sockets.close();
      throw e;
    }
  }

  private static ServerCredentials credentials(NetworkConfig config, FileReloader reloader)
      throws IOException {
    return config.tls().isPresent()
        ? ServerTls.credentials(config.tls().get(), reloader)
        : InsecureServerCredentials.create();
  }

  /** Many tools know only this one, which speaks as the newer does. */
  @SuppressWarnings("deprecation") // for those who write clients
  private static BindableService olderReflection() {
    return ProtoReflectionService.newInstance();
  }

  private static void bound(NettyServerBuilder builder, ConnectionLimits.Age age) {
    builder
        .maxConnectionAge(age.most().toNanos(), TimeUnit.NANOSECONDS)
        .maxConnectionAgeGrace(age.grace().toNanos(), TimeUnit.NANOSECONDS);
  }

  private static ServerTransportFilter counting(EndpointEvents events) {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        events.onConnection(1);
        return attributes;
      }

      @Override
      public void transportTerminated(@Nullable Attributes attributes) {
        if (attributes != null) { // otherwise it never became ready
          events.onConnection(-1);
        }
      }
    };
  }

  /** A server that can be reached only within this JVM. */
  public static GrpcEndpoint inProcess(String name, WireServices services) {
    return new GrpcEndpoint(
        "the name " + name,
        InProcessServerBuilder.forName(name),
        services,
        new SideCalls(),
        null,
        null);
  }

  /** Starts listening. Health still says NOT_SERVING. */
  public void start() throws IOException {
    try {
      server.start();
    } catch (IOException e) {
      release();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "Cannot listen on "
              + address
              + ": "
              + cause.getMessage()
              + "; choose another port with --port",
          e);
    }
  }

  /** For tests: reloads changed files now instead of within a second. */
  FileReloader reloader() {
    return Objects.requireNonNull(reloader);
  }

  public int port() {
    return server.getPort();
  }

  /** Sets the health status of all services. */
  public void serving(boolean serving) {
    ServingStatus status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    health.setStatus(WHOLE_SERVER, status);
    services.names().forEach(service -> health.setStatus(service, status));
  }

  /** Sets health to NOT_SERVING for good and refuses new requests and calls. Open ones go on. */
  public void refuseAll() {
    health.enterTerminalState();
    services.refuseAll();
    server.shutdown();
  }

  /**
   * Ends open streams, calls that have not sent a request and side calls, and waits until the last
   * answer has been sent. Connections may still be open: {@link #close} cuts them.
   *
   * @return false if it took too long
   */
  public boolean endCalls(Duration timeout) throws InterruptedException {
    services.endCalls();
    sideCalls.endAll();
    boolean ended = openCalls.awaitNone(timeout.toNanos());
    server.awaitTermination(PARTING_MILLIS, TimeUnit.MILLISECONDS);
    return ended;
  }

  /** Cuts open connections. Idempotent. */
  public void close() throws InterruptedException {
    services.refuseAll();
    server.shutdownNow();
    server.awaitTermination(1, TimeUnit.SECONDS);
    release();
  }

  private void release() {
    if (reloader != null) {
      reloader.close();
    }
    if (sockets != null) {
      sockets.close();
    }
  }
}
