package io.ganglion.server;

import io.ganglion.engine.batch.BatchEvents;
import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.model.ModelException;
import io.ganglion.engine.model.ModelLoader;
import io.ganglion.engine.model.ModelOptions;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.engine.model.Versions;
import io.ganglion.server.endpoint.GrpcEndpoint;
import io.ganglion.server.grpc.RequestTracer;
import io.ganglion.server.grpc.WireEvents;
import io.ganglion.server.grpc.WireLimits;
import io.ganglion.server.grpc.WireServices;
import io.ganglion.server.versions.ModelHost;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * The server inside another JVM program, without a port: the same services, batching and limits,
 * over gRPC's in-process transport. The client SDK works over it like over a network. Thread-safe.
 *
 * <pre>{@code
 * try (InProcessServer server = InProcessServer.start(Path.of("model"));
 *     GanglionClient client = GanglionClient.builder().channel(server.channel()).build()) {
 *   client.classify("It rained all night.", "Rain fell until the morning.").join();
 * }
 * }</pre>
 */
public final class InProcessServer implements AutoCloseable {
  private static final WireLimits LIMITS = new WireLimits(65_536, 256, 1024, 1024);
  private static final Duration DRAIN = Duration.ofSeconds(30);

  private final String name;
  private final ServedModel model;
  private final GrpcEndpoint endpoint;
  private final ManagedChannel channel;

  private InProcessServer(String name, ServedModel model, GrpcEndpoint endpoint) {
    this.name = name;
    this.model = model;
    this.endpoint = endpoint;
    this.channel = InProcessChannelBuilder.forName(name).build();
  }

  /**
   * Serves the artifact on one core for each processor.
   *
   * @throws ModelException if it cannot be served
   */
  public static InProcessServer start(Path directory)
      throws ModelException, IOException, InterruptedException {
    return start(directory, ModelOptions.defaults());
  }

  /**
   * Serves the artifact.
   *
   * @param directory an artifact, or a folder of numbered artifacts, of which the highest is served
   * @throws ModelException if it cannot be served
   */
  public static InProcessServer start(Path directory, ModelOptions options)
      throws ModelException, IOException, InterruptedException {
    NanoClock clock = NanoClock.system();
    Versions.Version version = Versions.latest(directory);
    ServedModel model =
        new ModelLoader(options, clock, BatchEvents.none())
            .load(version.directory(), version.text());
    try {
      return start(model, clock);
    } catch (Throwable e) {
      model.close();
      throw e;
    }
  }

  private static InProcessServer start(ServedModel model, NanoClock clock) throws IOException {
    String name = "ganglion-" + UUID.randomUUID();
    GrpcEndpoint endpoint =
        GrpcEndpoint.inProcess(
            name,
            new WireServices(
                Protocols.all(),
                new ModelHost(model),
                LIMITS,
                clock,
                new Silent(),
                RequestTracer.NONE));
    endpoint.start();
    endpoint.serving(true);
    return new InProcessServer(name, model, endpoint);
  }

  /** The name for {@code InProcessChannelBuilder.forName}. */
  public String name() {
    return name;
  }

  /** A channel to this server. It is closed with the server. */
  public ManagedChannel channel() {
    return channel;
  }

  /** Finishes requests in flight and frees the model. An interrupt cuts requests off. */
  @Override
  public void close() {
    try {
      endpoint.refuseAll();
      model.scheduler().drain(DRAIN);
      endpoint.endCalls(DRAIN);
      channel.shutdownNow();
      endpoint.close();
      model.close();
    } catch (InterruptedException e) {
      channel.shutdownNow(); // requests in flight are cut off
      Thread.currentThread().interrupt();
    }
  }

  /** An embedded server reports to nobody. */
  private static final class Silent implements WireEvents {
    @Override
    public void onOutcome(Outcome outcome, long latencyNs) {}

    @Override
    public void onStream(int change) {}
  }
}
