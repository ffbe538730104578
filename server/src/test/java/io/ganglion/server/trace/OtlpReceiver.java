package io.ganglion.server.trace;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;
import io.ganglion.client.RawMessages;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A collector that keeps the spans that it receives over gRPC or HTTP. Reads messages by the field
 * numbers of opentelemetry/proto/trace/v1/trace.proto.
 */
final class OtlpReceiver implements AutoCloseable {
  /** A span. Its attributes are texts or whole numbers. */
  record Span(
      String traceId, String id, String parentId, String name, Map<String, Object> attributes) {}

  final List<Span> spans = new CopyOnWriteArrayList<>();
  private final Server grpc;
  private final HttpServer http;

  OtlpReceiver() throws IOException {
    MethodDescriptor<byte[], byte[]> export =
        MethodDescriptor.<byte[], byte[]>newBuilder(RawMessages.MARSHALLER, RawMessages.MARSHALLER)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("opentelemetry.proto.collector.trace.v1.TraceService/Export")
            .build();
    grpc =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(
                ServerServiceDefinition.builder(export.getServiceName())
                    .addMethod(
                        export,
                        ServerCalls.asyncUnaryCall(
                            (message, answer) -> {
                              read(message);
                              answer.onNext(new byte[0]);
                              answer.onCompleted();
                            }))
                    .build())
            .build()
            .start();
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/v1/traces",
        exchange -> {
          read(exchange.getRequestBody().readAllBytes());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    http.start();
  }

  String grpcEndpoint() {
    return "http://127.0.0.1:" + grpc.getPort();
  }

  String httpEndpoint() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  private void read(byte[] request) {
    try {
      UnknownFieldSet message = UnknownFieldSet.parseFrom(request);
      for (UnknownFieldSet resource : messages(message, 1)) {
        for (UnknownFieldSet scope : messages(resource, 2)) {
          for (UnknownFieldSet span : messages(scope, 2)) {
            spans.add(span(span));
          }
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet of, int field)
      throws InvalidProtocolBufferException {
    List<UnknownFieldSet> messages = new java.util.ArrayList<>();
    for (ByteString bytes : of.getField(field).getLengthDelimitedList()) {
      messages.add(UnknownFieldSet.parseFrom(bytes));
    }
    return messages;
  }

  private static Span span(UnknownFieldSet span) throws InvalidProtocolBufferException {
    Map<String, Object> attributes = new HashMap<>();
    for (UnknownFieldSet attribute : messages(span, 9)) {
      UnknownFieldSet value = messages(attribute, 2).get(0);
      List<Long> number = value.getField(3).getVarintList();
      attributes.put(
          bytes(attribute, 1).toStringUtf8(),
          number.isEmpty() ? bytes(value, 1).toStringUtf8() : number.get(0));
    }
    return new Span(
        hex(bytes(span, 1)),
        hex(bytes(span, 2)),
        hex(bytes(span, 4)),
        bytes(span, 5).toStringUtf8(),
        attributes);
  }

  private static ByteString bytes(UnknownFieldSet of, int field) {
    List<ByteString> all = of.getField(field).getLengthDelimitedList();
    return all.isEmpty() ? ByteString.EMPTY : all.get(0);
  }

  private static String hex(ByteString bytes) {
    return java.util.HexFormat.of().formatHex(bytes.toByteArray());
  }

  @Override
  public void close() {
    grpc.shutdownNow();
    http.stop(0);
  }
}
