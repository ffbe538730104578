package io.ganglion.server.grpc;

import io.ganglion.server.batch.NanoClock;
import io.ganglion.server.model.ServedModel;
import io.grpc.ServerBuilder;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.List;
import java.util.function.Supplier;

/** All protocols of a server, over whatever model is served now. Thread-safe. */
public final class WireServices {
  private final Intake intake;
  private final List<ServerServiceDefinition> services;

  /**
   * @param protocols that are spoken; no two may have a service of the same name
   * @param models the model that answers now; asked for each request
   */
  public WireServices(
      List<WireService> protocols,
      Supplier<ServedModel> models,
      WireLimits limits,
      NanoClock clock,
      WireEvents events,
      RequestTracer tracer) {
    this.intake = new Intake(models, limits, clock, events, tracer);
    this.services =
        protocols.stream().flatMap(protocol -> protocol.services(intake).stream()).toList();
  }

  /** Adds the services to a server, with what they need of its connections. */
  public void addTo(ServerBuilder<?> server) {
    server.addTransportFilter(ConnectionQuota.filter(intake.limits().connectionInFlight()));
    services.forEach(server::addService);
    intake.tracer().configure(server);
  }

  /** What health knows the services by. */
  public List<String> names() {
    return services.stream().map(service -> service.getServiceDescriptor().getName()).toList();
  }

  /** Streams that hold all they may, and whose client has read nothing for a second. */
  public int stalledStreams() {
    return intake.calls().stalled();
  }

  /** From now on every request is refused as unavailable. */
  public void refuseAll() {
    intake.drain();
  }

  /** Ends each stream as soon as its items are answered, and each call that has asked nothing. */
  public void endCalls() {
    intake.calls().endAll(Status.UNAVAILABLE.withDescription("the server is shutting down"));
  }
}
