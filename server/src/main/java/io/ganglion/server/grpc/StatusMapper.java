package io.ganglion.server.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import io.ganglion.engine.batch.Outcome;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;

/** Maps outcomes to gRPC statuses. Nothing else does. Stateless. */
public final class StatusMapper {
  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  private static final Outcome.Cases<Status> STATUS = new Statuses();
  private static final Outcome.Cases<Long> RETRY_AFTER_NS = new RetryTimes();

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private StatusMapper() {}

  public static Status status(Outcome outcome) {
    return outcome.map(STATUS);
  }

  /** Trailers of a unary call, with google.rpc.RetryInfo if a time is known. */
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

  /** The status's description, or an empty text. */
  public static String message(Status status) {
    String description = status.getDescription();
    return description == null ? "" : description;
  }

  /** Time after which the request may be sent again; 0 if unknown. */
  public static long retryAfterNs(Outcome outcome) {
    return outcome.map(RETRY_AFTER_NS);
  }

  private static final class Statuses implements Outcome.Cases<Status> {
    @Override
    public Status answered(Outcome.Answered outcome) {
      return Status.OK;
    }

    @Override
    public Status invalid(Outcome.Invalid outcome) {
      return Status.INVALID_ARGUMENT.withDescription(outcome.message());
    }

    @Override
    public Status overloaded(Outcome.Overloaded outcome) {
      return Status.RESOURCE_EXHAUSTED.withDescription(outcome.message());
    }

    @Override
    public Status expired(Outcome.Expired outcome) {
      return Status.DEADLINE_EXCEEDED.withDescription(outcome.message());
    }

    @Override
    public Status cancelled(Outcome.Cancelled outcome) {
      return Status.CANCELLED.withDescription("the caller cancelled the request");
    }

    @Override
    public Status unavailable(Outcome.Unavailable outcome) {
      return Status.UNAVAILABLE.withDescription(outcome.message());
    }

    @Override
    public Status failed(Outcome.Failed outcome) {
      return Status.INTERNAL.withDescription(outcome.message());
    }
  }

  private static final class RetryTimes implements Outcome.Cases<Long> {
    /** No time: sending it again does not help, or the time is unknown. */
    private static final long UNKNOWN = 0;

    @Override
    public Long answered(Outcome.Answered outcome) {
      return UNKNOWN;
    }

    @Override
    public Long invalid(Outcome.Invalid outcome) {
      return UNKNOWN;
    }

    @Override
    public Long overloaded(Outcome.Overloaded outcome) {
      return outcome.retryAfterNs();
    }

    @Override
    public Long expired(Outcome.Expired outcome) {
      return UNKNOWN;
    }

    @Override
    public Long cancelled(Outcome.Cancelled outcome) {
      return UNKNOWN;
    }

    @Override
    public Long unavailable(Outcome.Unavailable outcome) {
      return outcome.retryAfterNs();
    }

    @Override
    public Long failed(Outcome.Failed outcome) {
      return UNKNOWN;
    }
  }
}
