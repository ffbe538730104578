package io.ganglion.server.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads requests. A text that is not UTF-8 becomes one that {@link WireText} recognises, and bytes
 * that are not a message become a stand-in that {@link #isMalformed} recognises, so that the
 * handler can say what is wrong. Otherwise gRPC would log a stack trace and answer UNKNOWN.
 * Thread-safe.
 */
public final class RequestMarshaller<T extends Message> implements MethodDescriptor.Marshaller<T> {
  private final MethodDescriptor.Marshaller<T> usual;

  /** The stand-in. Recognised by identity. */
  private final T malformed;

  private RequestMarshaller(MethodDescriptor.Marshaller<T> usual, T malformed) {
    this.usual = usual;
    this.malformed = malformed;
  }

  /** The same method, with requests read by this marshaller. */
  public static <Q extends Message, R> MethodDescriptor<Q, R> of(
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
    return call.getMethodDescriptor().getRequestMarshaller() instanceof RequestMarshaller<?> ours
        && message == ours.malformed;
  }

  @Override
  public InputStream stream(T message) {
    return usual.stream(message);
  }

  @Override
  @SuppressWarnings("unchecked") // a message's parser and builder give messages of the same type
  public T parse(InputStream stream) {
    try {
      byte[] bytes =
          stream instanceof KnownLength
              ? stream.readNBytes(stream.available())
              : stream.readAllBytes();
      try {
        return (T) malformed.getParserForType().parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        Message.Builder request = malformed.newBuilderForType();
        LenientParser.merge(CodedInputStream.newInstance(bytes), request);
        return (T) request.build();
      }
    } catch (IOException e) {
      return malformed; // not a message, or not what its compression says
    }
  }
}
