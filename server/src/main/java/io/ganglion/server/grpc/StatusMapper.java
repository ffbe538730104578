package io.ganglion.server.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import io.ganglion.server.batch.Outcome;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;

/** Outcomes as gRPC statuses: the only place that says which is which. Stateless. */
public final class StatusMapper {
  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private StatusMapper() {}

  public static Status status(Outcome outcome) {
    if (outcome instanceof Outcome.Invalid invalid) {
      return Status.INVALID_ARGUMENT.withDescription(invalid.message());
    } else if (outcome instanceof Outcome.Overloaded overloaded) {
      return Status.RESOURCE_EXHAUSTED.withDescription(overloaded.message());
    } else if (outcome instanceof Outcome.Expired expired) {
      return Status.DEADLINE_EXCEEDED.withDescription(expired.message());
    } else if (outcome instanceof Outcome.Cancelled) {
      return Status.CANCELLED.withDescription("the caller cancelled the request");
    } else if (outcome instanceof Outcome.Unavailable unavailable) {
      return Status.UNAVAILABLE.withDescription(unavailable.message());
    } else if (outcome instanceof Outcome.Failed failed) {
      return Status.INTERNAL.withDescription(failed.message());
    }
    return Status.OK;
  }

  /** Trailers of a unary call; they carry google.rpc.RetryInfo where a time is known. */
  public static Metadata trailers(Outcome outcome, Status status) {
    Metadata trailers = new Metadata();
    long retryNs = retryAfterNs(outcome);
    if (retryNs > 0) {
      Duration delay =
          Duration.newBuilder()
              .setSeconds(retryNs / NANOS_PER_SECOND)
              .setNanos((int) (retryNs % NANOS_PER_SECOND))
              .build();
      trailers.put(
          DETAILS,
          com.google.rpc.Status.newBuilder()
              .setCode(status.getCode().value())
              .setMessage(message(status))
              .addDetails(Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build()))
              .build());
    }
    return trailers;
  }

  /** The status's sentence, or nothing. */
  public static String message(Status status) {
    String description = status.getDescription();
    return description == null ? "" : description;
  }

  /** When the request may be sent again; 0 where no time is known. */
  public static long retryAfterNs(Outcome outcome) {
    if (outcome instanceof Outcome.Overloaded overloaded) {
      return overloaded.retryAfterNs();
    }
    return outcome instanceof Outcome.Unavailable unavailable ? unavailable.retryAfterNs() : 0;
  }
}
