package io.ganglion.server.grpc;

import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.List;

/**
 * A protocol: gRPC services that turn messages into requests to the intake, and outcomes into
 * answers. Everything that differs between protocols is behind this interface. Limits, health,
 * reflection, draining and metrics are shared.
 */
@FunctionalInterface
public interface WireService {
  /** The services of this protocol. Called once for each server. */
  List<ServerServiceDefinition> services(Intake intake);

  /**
   * A service with these methods and the contract's descriptor, so that reflection shows the
   * contract.
   */
  static ServerServiceDefinition define(
      ServiceDescriptor contract, ServerMethodDefinition<?, ?>... methods) {
    ServiceDescriptor.Builder described =
        ServiceDescriptor.newBuilder(contract.getName())
            .setSchemaDescriptor(contract.getSchemaDescriptor());
    for (ServerMethodDefinition<?, ?> method : methods) {
      described.addMethod(method.getMethodDescriptor());
    }
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(described.build());
    for (ServerMethodDefinition<?, ?> method : methods) {
      service.addMethod(method);
    }
    return service.build();
  }
}
