package io.ganglion.server.endpoint;

import io.ganglion.server.grpc.ConnectionThread;
import io.ganglion.server.grpc.ConnectionYield;
import io.ganglion.server.grpc.WireServices;
import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
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
  /** A client may ask this often whether the server still lives; more often is cut off. */
  private static final long CLIENT_PING_SECONDS = 10;

  /** A connection that is silent this long is asked whether it still lives. */
  private static final long SERVER_PING_SECONDS = 60;

  /** Bounds what half-open connections can hold. */
  private static final long HANDSHAKE_SECONDS = 20;

  /** A connection without a call is closed after this; its client opens another when it has one. */
  private static final long IDLE_MINUTES = 30;

  /** Clients have this long to close their connections before they are cut. */
  private static final long PARTING_MILLIS = 1_000;

  private static final int CHANNELZ_PAGE = 100;

  /**
   * What a connection may have sent that no call has taken yet. Fixed: grown by what a client
   * measures, it would be 8 MiB. A call takes what comes at once, so it bounds no message.
   */
  private static final int WINDOW_BYTES = 1 << 20;

  /**
   * Most that one connection may hold in messages that have come in part. 256 calls may each be
   * sending the largest item (64 KiB) at once, or 16 a message of the largest size (1 MiB). Two of
   * the largest messages must fit, however large they are allowed to be.
   */
  private static final int PARTIAL_BYTES = 16 << 20;

  /** All connections together may hold this share of the heap so. */
  private static final int PARTIAL_HEAP_SHARE = 8;

  /** Calls that a connection may reset within the seconds below: 2,000 in each of them. */
  private static final int MOST_RESETS = 20_000;

  private static final int RESET_SECONDS = 10;

  /** What health calls the server as a whole. */
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
    // Handlers never block: they encode, which is bounded, and hand over to a core.
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
                  credentials(config, reloader, events))
              .maxInboundMessageSize(config.messageBytes())
              .flowControlWindow(WINDOW_BYTES)
              .maxRstFramesPerWindow(MOST_RESETS, RESET_SECONDS)
              .decompressorRegistry(compressions(config.inflatedBytes()))
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
      boundPartialMessages(builder, config.messageBytes(), sockets);
      InflationMeter inflation = new InflationMeter(System::nanoTime, sockets::cut);
      builder.addTransportFilter(inflation.filter());
      builder.addStreamTracerFactory(inflation);
      builder.addTransportFilter(ConnectionThread.filter(sockets::thread));
      builder.addTransportFilter(ConnectionYield.filter(sockets::counts));
      builder.addStreamTracerFactory(ConnectionYield.calls());
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

  private static ServerCredentials credentials(
      NetworkConfig config, FileReloader reloader, EndpointEvents events) throws IOException {
    return config.tls().isPresent()
        ? ServerTls.credentials(config.tls().get(), reloader, events)
        : InsecureServerCredentials.create();
  }

  private static DecompressorRegistry compressions(int mostBytes) {
    return DecompressorRegistry.emptyInstance()
        .with(Codec.Identity.NONE, false)
        .with(new BoundedGzip(mostBytes), true);
  }

  private static void boundPartialMessages(
      NettyServerBuilder builder, int messageBytes, ServerSockets sockets) {
    long ofConnection = Math.max(PARTIAL_BYTES, 2L * messageBytes);
    long ofAll = Math.max(ofConnection, Runtime.getRuntime().maxMemory() / PARTIAL_HEAP_SHARE);
    PartialMessages partial = new PartialMessages(ofConnection, ofAll, sockets::cut);
    builder.addTransportFilter(partial.filter());
    builder.addStreamTracerFactory(partial);
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
        if (attributes != null) { // else it never became ready
          events.onConnection(-1);
        }
      }
    };
  }

  /** A server that only this JVM can reach. */
  public static GrpcEndpoint inProcess(String name, WireServices services) {
    return new GrpcEndpoint(
        "the name " + name,
        InProcessServerBuilder.forName(name),
        services,
        new SideCalls(),
        null,
        null);
  }

  /** Listens; health still says NOT_SERVING. */
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

  /** For tests: what would happen within the second anyway. */
  FileReloader reloader() {
    return Objects.requireNonNull(reloader);
  }

  public int port() {
    return server.getPort();
  }

  /** What health says of every service. */
  public void serving(boolean serving) {
    ServingStatus status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    health.setStatus(WHOLE_SERVER, status);
    services.names().forEach(service -> health.setStatus(service, status));
  }

  /** Health turns NOT_SERVING for good, new requests and calls are refused; open ones go on. */
  public void refuseAll() {
    health.enterTerminalState();
    services.refuseAll();
    server.shutdown();
  }

  /**
   * Ends the open streams, and the calls that ask for nothing or for something else, and waits
   * until the last answer has gone out. Connections may still be open: {@link #close} cuts them.
   *
   * @return false if that took too long
   */
  public boolean endCalls(Duration timeout) throws InterruptedException {
    services.endCalls();
    sideCalls.endAll();
    boolean ended = openCalls.awaitNone(timeout.toNanos());
    server.awaitTermination(PARTING_MILLIS, TimeUnit.MILLISECONDS);
    return ended;
  }

  /** Cuts what is still open. Idempotent. */
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
