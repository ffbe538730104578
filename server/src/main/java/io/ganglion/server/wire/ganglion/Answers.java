package io.ganglion.server.wire.ganglion;

import com.google.protobuf.ByteString;
import io.ganglion.proto.mrpc.YesNo;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.Timings;
import io.ganglion.server.batch.Outcome;
import io.ganglion.server.model.ServedModel;

/** Answers as messages. Stateless. */
final class Answers {
  private static final YesNo YES =
      YesNo.newBuilder()
          .setMessage(ByteString.copyFromUtf8("paraphrase!"))
          .setPrediction(ByteString.copyFromUtf8("1"))
          .build();
  private static final YesNo NO =
      YesNo.newBuilder()
          .setMessage(ByteString.copyFromUtf8("not paraphrase!"))
          .setPrediction(ByteString.copyFromUtf8("0"))
          .build();

  private Answers() {}

  static ClassifyResponse response(ServedModel model, Outcome.Answered answered) {
    int best = best(answered.probabilities());
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

  static YesNo yesNo(Outcome.Answered answered) {
    return best(answered.probabilities()) == 1 ? YES : NO;
  }

  private static int best(float[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      if (probabilities[i] > probabilities[best]) {
        best = i;
      }
    }
    return best;
  }
}
