package io.ganglion.server.wire.ganglion;

import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.LabelScore;
import io.ganglion.proto.v1.Timings;
import io.ganglion.server.grpc.StatusMapper;
import io.ganglion.server.grpc.Texts;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Turns outcomes into messages. Stateless. */
final class Answers {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private Answers() {}

  /** The texts of a request. */
  static Texts texts(ClassifyRequest request) {
    return Texts.pair(request.getTextA(), request.hasTextB() ? request.getTextB() : null);
  }

  /**
   * @param topK how many scores to name; unsigned
   */
  static ClassifyResponse response(ServedModel model, Outcome.Answered answered, int topK) {
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
    for (float probability : answered.values()) {
      response.addProbabilities(probability);
    }
    if (topK != 0) {
      addScores(response, model.labels(), answered.values(), topK);
    }
    return response.build();
  }

  private static void addScores(
      ClassifyResponse.Builder response, List<String> labels, float[] values, int topK) {
    List<Integer> best = new ArrayList<>(IntStream.range(0, values.length).boxed().toList());
    best.sort(Comparator.comparingDouble((Integer i) -> values[i]).reversed());
    long most = Math.min(Integer.toUnsignedLong(topK), values.length);
    for (int label : best.subList(0, (int) most)) {
      response.addScores(
          LabelScore.newBuilder().setLabel(labels.get(label)).setScore(values[label]));
    }
  }

  /** The error of an item that was not answered. */
  static ItemError error(Outcome outcome) {
    Status status = StatusMapper.status(outcome);
    long retryMs = (StatusMapper.retryAfterNs(outcome) + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
    return ItemError.newBuilder()
        .setCode(status.getCode().value())
        .setMessage(StatusMapper.message(status))
        .setRetryAfterMs((int) Math.min(Integer.MAX_VALUE, retryMs))
        .build();
  }
}
