package io.ganglion.server.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * Reads requests. Bytes that are no message come out as a stand-in that {@link #isMalformed} knows,
 * instead of as an exception inside gRPC, which would log a stack trace and answer "unknown": so
 * the handler can say what is wrong. Thread-safe.
 */
public final class RequestMarshaller<T> implements MethodDescriptor.Marshaller<T> {
  private final MethodDescriptor.Marshaller<T> usual;

  /** Known by identity: an instance of its own, like no message that is read. */
  private final T malformed;

  private RequestMarshaller(MethodDescriptor.Marshaller<T> usual, T malformed) {
    this.usual = usual;
    this.malformed = malformed;
  }

  /** The same method with requests that are read this way. */
  public static <Q extends MessageLite, R> MethodDescriptor<Q, R> of(
      MethodDescriptor<Q, R> method, Q empty) {
    @SuppressWarnings("unchecked") // the builder of a message builds messages of its type
    Q malformed = (Q) empty.newBuilderForType().build();
    return method.toBuilder()
        .setRequestMarshaller(new RequestMarshaller<>(method.getRequestMarshaller(), malformed))
        .build();
  }

  /** Whether this message of the call stands for bytes that were none. */
  @SuppressWarnings("ReferenceEquality") // the stand-in is known by identity
  public static <Q> boolean isMalformed(ServerCall<Q, ?> call, Q message) {
    return call.getMethodDescriptor().getRequestMarshaller() instanceof RequestMarshaller<Q> ours
        && message == ours.malformed;
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
