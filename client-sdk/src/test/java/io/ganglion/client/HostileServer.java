package io.ganglion.client;

import io.ganglion.proto.v1.PairClassifierGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A server, over a socket, for which a test writes every byte and trailer. */
final class HostileServer implements AutoCloseable {
  /** Reacts to one message. It may close the call or leave it open. */
  interface Conduct {
    void answer(ServerCall<byte[], byte[]> call, byte[] message);
  }

  private final Server server;

  private HostileServer(Server server) {
    this.server = server;
  }

  static HostileServer start(Conduct conduct) {
    ServerCallHandler<byte[], byte[]> handler =
        (call, headers) -> {
          call.request(1 << 20);
          call.sendHeaders(new Metadata());
          return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
              conduct.answer(call, message);
            }
          };
        };
    ServerServiceDefinition service =
        ServerServiceDefinition.builder(PairClassifierGrpc.SERVICE_NAME)
            .addMethod(bytes(PairClassifierGrpc.getClassifyMethod()), handler)
            .addMethod(bytes(PairClassifierGrpc.getClassifyStreamMethod()), handler)
            .addMethod(bytes(PairClassifierGrpc.getGetModelMethod()), handler)
            .build();
    try {
      return new HostileServer(
          Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
              .directExecutor()
              .addService(service)
              .build()
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The method as a stream, because for a unary method gRPC would enforce exactly one answer. */
  private static MethodDescriptor<byte[], byte[]> bytes(MethodDescriptor<?, ?> method) {
    return method.toBuilder(RawMessages.MARSHALLER, RawMessages.MARSHALLER)
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setSchemaDescriptor(null)
        .build();
  }

  String target() {
    return "localhost:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
