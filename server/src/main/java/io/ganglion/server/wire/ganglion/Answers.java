package io.ganglion.server.wire.ganglion;

import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.Timings;
import io.ganglion.server.batch.Outcome;
import io.ganglion.server.grpc.StatusMapper;
import io.ganglion.server.model.ServedModel;
import io.grpc.Status;

/** Turns outcomes into messages. Stateless. */
final class Answers {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private Answers() {}

  static ClassifyResponse response(ServedModel model, Outcome.Answered answered) {
    int best = answered.best();
    ClassifyResponse.Builder response =
        ClassifyResponse.newBuilder()
            .setLabelIndex(best)
            .setLabel(model.labels().get(best))
            .setTimings(
                Timings.newBuilder()
                    .setQueueNs(answered.queueNs())
                    .setInferenceNs(answered.inferenceNs())
                    .setBatchSizeRequests(answered.batchSize())
                    .setCoreIndex(answered.coreIndex())
                    .setInputTokens(answered.tokens()));
    for (float probability : answered.probabilities()) {
      response.addProbabilities(probability);
    }
    return response.build();
  }

  /** The answer to one item of a stream: a response or an error. */
  static ClassifyStreamResponse item(long id, ServedModel model, Outcome outcome) {
    return outcome instanceof Outcome.Answered answered
        ? ClassifyStreamResponse.newBuilder()
            .setId(id)
            .setResponse(response(model, answered))
            .build()
        : failure(id, outcome);
  }

  static ClassifyStreamResponse failure(long id, Outcome outcome) {
    Status status = StatusMapper.status(outcome);
    long retryMs = (StatusMapper.retryAfterNs(outcome) + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    return ClassifyStreamResponse.newBuilder()
        .setId(id)
        .setError(
            ItemError.newBuilder()
                .setCode(status.getCode().value())
                .setMessage(StatusMapper.message(status))
                .setRetryAfterMs((int) Math.min(Integer.MAX_VALUE, retryMs)))
        .build();
  }
}
