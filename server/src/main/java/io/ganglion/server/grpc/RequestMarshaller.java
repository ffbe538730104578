package io.ganglion.server.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * Reads requests. Bytes that are not a message become a stand-in that {@link #isMalformed}
 * recognises, so that the handler can say what is wrong. Otherwise gRPC would log a stack trace and
 * answer UNKNOWN. Thread-safe.
 */
public final class RequestMarshaller<T> implements MethodDescriptor.Marshaller<T> {
  private final MethodDescriptor.Marshaller<T> usual;

  /** The stand-in. Recognised by identity. */
  private final T malformed;

  private RequestMarshaller(MethodDescriptor.Marshaller<T> usual, T malformed) {
    this.usual = usual;
    this.malformed = malformed;
  }

  /** The same method, with requests read by this marshaller. */
  public static <Q extends MessageLite, R> MethodDescriptor<Q, R> of(
      MethodDescriptor<Q, R> method, Q empty) {
    @SuppressWarnings("unchecked") // a message's builder builds messages of the same type
    Q malformed = (Q) empty.newBuilderForType().build();
    return method.toBuilder()
        .setRequestMarshaller(new RequestMarshaller<>(method.getRequestMarshaller(), malformed))
        .build();
  }

  /** Whether this message stands for bytes that were not a message. */
  @SuppressWarnings("ReferenceEquality") // the stand-in is recognised by identity
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
