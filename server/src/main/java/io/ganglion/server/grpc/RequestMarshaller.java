package io.ganglion.server.grpc;

import io.ganglion.proto.mrpc.TextPair;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests. Bytes that are no message come out as a stand-in that {@link #isMalformed} knows,
 * instead of as an exception inside gRPC, which would log a stack trace and answer "unknown": so
 * the handler can say what is wrong. Thread-safe.
 */
public final class RequestMarshaller<T> implements MethodDescriptor.Marshaller<T> {
  // Known by identity: each is an instance of its own, like no message that is read.
  private static final ClassifyRequest REQUEST = ClassifyRequest.newBuilder().build();
  private static final ClassifyStreamRequest ITEM = ClassifyStreamRequest.newBuilder().build();
  private static final TextPair PAIR = TextPair.newBuilder().build();

  private final MethodDescriptor.Marshaller<T> usual;
  private final T malformed;

  private RequestMarshaller(MethodDescriptor.Marshaller<T> usual, T malformed) {
    this.usual = usual;
    this.malformed = malformed;
  }

  public static <R> MethodDescriptor<ClassifyRequest, R> requests(
      MethodDescriptor<ClassifyRequest, R> method) {
    return in(method, REQUEST);
  }

  public static <R> MethodDescriptor<ClassifyStreamRequest, R> items(
      MethodDescriptor<ClassifyStreamRequest, R> method) {
    return in(method, ITEM);
  }

  public static <R> MethodDescriptor<TextPair, R> pairs(MethodDescriptor<TextPair, R> method) {
    return in(method, PAIR);
  }

  private static <Q, R> MethodDescriptor<Q, R> in(MethodDescriptor<Q, R> method, Q malformed) {
    return method.toBuilder()
        .setRequestMarshaller(new RequestMarshaller<>(method.getRequestMarshaller(), malformed))
        .build();
  }

  @SuppressWarnings("ReferenceEquality") // the stand-ins are known by identity
  public static boolean isMalformed(@Nullable Object message) {
    return message == REQUEST || message == ITEM || message == PAIR;
  }

  @Override
  public InputStream stream(T message) {
    return usual.stream(message);
  }

  @Override
  public T parse(InputStream stream) {
    try {
      return usual.parse(stream);
    } catch (StatusRuntimeException e) {
      return malformed;
    }
  }
}
