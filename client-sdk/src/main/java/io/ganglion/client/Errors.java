package io.ganglion.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ItemError;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** From status codes, of a call or of a stream's item, to {@link GanglionException}. */
final class Errors {
  /** What gRPC's transport says when the other side just hangs up. */
  private static final String NO_REASON = "Network closed for unknown reason";

  /** What it says when its cause says more. */
  private static final String NO_CONNECTION = "io exception";

  private Errors() {}

  static GanglionException of(Status status, Metadata trailers) {
    return of(status.getCode(), describe(status), retryAfter(status, trailers), status.getCause());
  }

  static GanglionException of(ItemError error) {
    Duration after =
        error.getRetryAfterMs() == 0 ? null : Duration.ofMillis(error.getRetryAfterMs());
    return of(Status.fromCodeValue(error.getCode()).getCode(), error.getMessage(), after, null);
  }

  static GanglionException unanswered() {
    return new GanglionException.Unavailable(
        "UNAVAILABLE", "the server ended the call without an answer", null, null);
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
    return new GanglionException.InvalidRequest(
        "INVALID_ARGUMENT",
        "a pair of " + request.getSerializedSize() + " bytes is too large to send; cut its texts",
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
      case INVALID_ARGUMENT,
          OUT_OF_RANGE,
          FAILED_PRECONDITION,
          NOT_FOUND,
          ALREADY_EXISTS,
          UNAUTHENTICATED,
          PERMISSION_DENIED,
          UNIMPLEMENTED ->
          new GanglionException.InvalidRequest(name, message, cause);
      default -> new GanglionException.Internal(name, message, cause);
    };
  }

  /** One line, from what gRPC says over several, with what to do about it where that is known. */
  private static String describe(Status status) {
    String said = status.getDescription();
    String text = said == null ? status.getCode().name() : said.lines().findFirst().orElse("");
    Throwable cause = status.getCause();
    if (cause instanceof SSLException) {
      return "TLS failed: " + whyTlsFailed(cause);
    }
    if (NO_REASON.equals(text)) {
      return "the connection was closed without a reason; does the server want TLS?";
    }
    if (cause == null || cause.getMessage() == null) {
      return text;
    }
    return text.equals(NO_CONNECTION) ? cause.getMessage() : text + ": " + cause.getMessage();
  }

  private static String whyTlsFailed(Throwable cause) {
    // By name: the class is in a package of its own for each packaging of Netty.
    if (cause.getClass().getSimpleName().equals("NotSslRecordException")) {
      return "the server speaks plain text";
    }
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  private static @Nullable Duration retryAfter(Status status, Metadata trailers) {
    com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
    for (Any detail : details.getDetailsList()) {
      if (detail.is(RetryInfo.class)) {
        try {
          com.google.protobuf.Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
          return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
        } catch (InvalidProtocolBufferException e) {
          return null; // advice that cannot be read is no advice; the failure itself stands
        }
      }
    }
    return null;
  }
}
