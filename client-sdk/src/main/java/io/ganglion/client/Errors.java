package io.ganglion.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import io.ganglion.api.GanglionException;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ItemError;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Turns the status of a call or of a stream's item into a {@link GanglionException}. No method
 * throws, even if a server sends garbage.
 */
final class Errors {
  /** How a server begins to say that its model cannot answer a call. */
  private static final String OF_A_MODEL = "the model ";

  private Errors() {}

  /**
   * @param reached whether this client has ever had a connection that the server accepted
   */
  static GanglionException of(Status status, Metadata trailers, boolean reached) {
    String message = TransportFailure.describe(status, reached);
    return of(code(status), message, retryAfter(status, trailers), status.getCause());
  }

  /**
   * A call that begins while its connection ends is INTERNAL to gRPC, though nothing was sent. A
   * status with a cause never comes from a server.
   */
  private static Status.Code code(Status status) {
    return status.getCause() instanceof ClosedChannelException
        ? Status.Code.UNAVAILABLE
        : status.getCode();
  }

  static GanglionException of(ItemError error) {
    long ms = Integer.toUnsignedLong(error.getRetryAfterMs());
    Duration after = ms == 0 ? null : Duration.ofMillis(ms);
    return of(Status.fromCodeValue(error.getCode()).getCode(), error.getMessage(), after, null);
  }

  static GanglionException unanswered() {
    return new GanglionException.Unavailable(
        "UNAVAILABLE", "the server ended the call without an answer", null, null);
  }

  static GanglionException malformed(IllegalArgumentException why) {
    return new GanglionException.Internal(
        "INTERNAL", "the server's answer is malformed: " + why.getMessage(), why);
  }

  static GanglionException expired(Duration deadline, @Nullable GanglionException last) {
    String message = "no answer within the deadline of " + deadline.toMillis() + " ms";
    if (last == null) {
      return new GanglionException.DeadlineExceeded("DEADLINE_EXCEEDED", message, null);
    }
    return of(
        Status.Code.valueOf(last.code()),
        message + "; last failure: " + last.getMessage(),
        last.retryAfter().orElse(null),
        last);
  }

  static GanglionException tooLarge(ClassifyRequest request) {
    return tooLarge(request.getSerializedSize());
  }

  static GanglionException tooLarge(int bytes) {
    return new GanglionException.InvalidRequest(
        "INVALID_ARGUMENT",
        "a request of " + bytes + " bytes is too large to send; cut its texts",
        null);
  }

  static GanglionException closed() {
    return new GanglionException.Unavailable(
        "UNAVAILABLE", "this client or stream is closed", null, null);
  }

  static GanglionException bug(Throwable thrown) {
    return new GanglionException.Internal("INTERNAL", "the client failed: " + thrown, thrown);
  }

  private static GanglionException of(
      Status.Code code, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
    String name = code.name();
    return switch (code) {
      case RESOURCE_EXHAUSTED -> new GanglionException.Overloaded(name, message, retryAfter, cause);
      // CANCELLED reaches here only when the caller did not cancel: the other side went away.
      case UNAVAILABLE, CANCELLED ->
          new GanglionException.Unavailable(name, message, retryAfter, cause);
      case DEADLINE_EXCEEDED -> new GanglionException.DeadlineExceeded(name, message, cause);
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          new GanglionException.Unauthenticated(
              name, "the server refuses the authorization header: " + message, cause);
      case UNIMPLEMENTED ->
          new GanglionException.Unimplemented(
              name,
              message.startsWith(OF_A_MODEL)
                  ? message
                  : "what was reached offers no such service; is it Ganglion? " + message,
              cause);
      case INVALID_ARGUMENT, OUT_OF_RANGE, FAILED_PRECONDITION, NOT_FOUND, ALREADY_EXISTS ->
          new GanglionException.InvalidRequest(name, message, cause);
      case OK, UNKNOWN, ABORTED, INTERNAL, DATA_LOSS ->
          new GanglionException.Internal(name, message, cause);
    };
  }

  /** Retry advice that cannot be read is ignored. */
  private static @Nullable Duration retryAfter(Status status, Metadata trailers) {
    com.google.rpc.Status details;
    try {
      details = StatusProto.fromStatusAndTrailers(status, trailers);
    } catch (IllegalArgumentException e) { // no such details, or those of another status
      return null;
    }
    for (Any detail : details.getDetailsList()) {
      if (detail.is(RetryInfo.class)) {
        try {
          return duration(detail.unpack(RetryInfo.class).getRetryDelay());
        } catch (InvalidProtocolBufferException e) {
          return null;
        }
      }
    }
    return null;
  }

  private static @Nullable Duration duration(com.google.protobuf.Duration sent) {
    if (sent.getSeconds() < 0) {
      return null;
    }
    Duration cut = ClientConfig.atMostLongest(Duration.ofSeconds(sent.getSeconds()));
    Duration delay = ClientConfig.atMostLongest(cut.plusNanos(sent.getNanos()));
    return delay.isNegative() ? null : delay;
  }
}
