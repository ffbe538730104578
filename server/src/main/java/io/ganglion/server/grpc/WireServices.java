package io.ganglion.server.grpc;

import io.ganglion.engine.batch.NanoClock;
import io.ganglion.engine.model.ServedModel;
import io.grpc.ServerBuilder;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.List;
import java.util.function.Supplier;

/** All protocols of a server, over the currently served model. Thread-safe. */
public final class WireServices {
  private final Intake intake;
  private final List<ServerServiceDefinition> services;

  /**
   * @param protocols protocols of the server; no two may have a service with the same name
   * @param models gives the current model; called for each request
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

  /** Adds the services and their connection handling to a server. */
  public void addTo(ServerBuilder<?> server) {
    UnreadAnswers unread = new UnreadAnswers();
    server.addTransportFilter(ConnectionQuota.filter(intake.limits().connectionInFlight(), unread));
    server.addStreamTracerFactory(unread);
    services.forEach(server::addService);
    intake.tracer().configure(server);
  }

  /** The names of the services in health checks. */
  public List<String> names() {
    return services.stream().map(service -> service.getServiceDescriptor().getName()).toList();
  }

  /**
   * Number of streams that hold as many items as they may and whose client has read nothing for a
   * second.
   */
  public int stalledStreams() {
    return intake.calls().stalled();
  }

  /** Refuses every request as unavailable from now on. */
  public void refuseAll() {
    intake.drain();
  }

  /** Ends each stream as soon as its items are answered, and each call without a request. */
  public void endCalls() {
    intake.calls().endAll(Status.UNAVAILABLE.withDescription("the server is shutting down"));
  }
}
