package io.ganglion.client;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.Limits;
import io.ganglion.proto.v1.Timings;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Random;

/**
 * Random messages that no server of ours sends: extreme numbers, and bytes that are not a message.
 */
final class Garbage {
  static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private static final long[] SECONDS = {
    -5, 0, 1, 100_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE, 315_576_000_000L
  };
  private static final int[] NUMBERS = {0, 1, 2, 7, -1, Integer.MAX_VALUE, Integer.MIN_VALUE};
  private static final float[] FLOATS = {
    0.5f, 0f, -1f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE
  };

  private final Random random;

  Garbage(Random random) {
    this.random = random;
  }

  private int number() {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }

  byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  ClassifyResponse answer() {
    ClassifyResponse.Builder answer =
        ClassifyResponse.newBuilder().setLabelIndex(number()).setLabel("x\u0000".repeat(number(9)));
    for (int i = number(4); i > 0; i--) {
      answer.addProbabilities(FLOATS[random.nextInt(FLOATS.length)]);
    }
    return answer
        .setTimings(
            Timings.newBuilder()
                .setQueueNs(SECONDS[random.nextInt(SECONDS.length)])
                .setInferenceNs(SECONDS[random.nextInt(SECONDS.length)])
                .setBatchSizeRequests(number())
                .setCoreIndex(number())
                .setInputTokens(number()))
        .build();
  }

  private int number(int bound) {
    return random.nextInt(bound);
  }

  ClassifyStreamResponse item(long id) {
    ClassifyStreamResponse.Builder item =
        ClassifyStreamResponse.newBuilder().setId(number(5) == 0 ? random.nextLong() : id);
    switch (number(3)) {
      case 0 -> item.setResponse(answer());
      case 1 ->
          item.setError(
              ItemError.newBuilder()
                  .setCode(number(2) == 0 ? number(17) : number())
                  .setMessage("\n")
                  .setRetryAfterMs(number()));
      default -> {} // neither answer nor error
    }
    return item.build();
  }

  GetModelResponse model() {
    return GetModelResponse.newBuilder()
        .addLabels("")
        .setLimits(Limits.newBuilder().setItemBytes(number()).setStreamInFlightRequests(number()))
        .build();
  }

  Status status() {
    return Status.fromCodeValue(number(17)).withDescription(number(2) == 0 ? "" : "\n\ngarbage");
  }

  static Any retryInfo(long seconds, int nanos) {
    Duration delay = Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
    return Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build());
  }

  static Metadata details(int code, Any detail) {
    Metadata trailers = new Metadata();
    trailers.put(
        DETAILS,
        com.google.rpc.Status.newBuilder().setCode(code).addDetails(detail).build().toByteArray());
    return trailers;
  }

  /** Trailers for a status: retry advice, random bytes, advice for another status, or nothing. */
  Metadata trailers(Status status) {
    Metadata trailers = new Metadata();
    switch (number(5)) {
      case 0 -> {}
      case 1 -> trailers.put(DETAILS, bytes());
      case 2 -> {
        Any broken =
            Any.pack(RetryInfo.getDefaultInstance()).toBuilder()
                .setValue(ByteString.copyFrom(bytes()))
                .build();
        return details(status.getCode().value(), broken);
      }
      default -> {
        int code = number(4) == 0 ? number() : status.getCode().value();
        return details(code, retryInfo(SECONDS[random.nextInt(SECONDS.length)], number()));
      }
    }
    return trailers;
  }
}
