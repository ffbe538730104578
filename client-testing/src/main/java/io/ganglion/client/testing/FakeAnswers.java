package io.ganglion.client.testing;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.RetryInfo;
import io.ganglion.proto.v1.Backend;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.EmbedResponse;
import io.ganglion.proto.v1.Embedding;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.IndexedError;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.LabelScore;
import io.ganglion.proto.v1.Limits;
import io.ganglion.proto.v1.ModelDimensions;
import io.ganglion.proto.v1.RankedDocument;
import io.ganglion.proto.v1.RerankResponse;
import io.ganglion.proto.v1.TagTokensResponse;
import io.ganglion.proto.v1.TaggedText;
import io.ganglion.proto.v1.Task;
import io.ganglion.proto.v1.Timings;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Turns replies into messages. A reply that does not fit the call is INTERNAL. Stateless. */
final class FakeAnswers {
  private FakeAnswers() {}

  static ClassifyResponse classification(
      List<String> labels, ClassifyRequest request, FakeReply reply) {
    List<Float> probabilities = probabilities(labels, reply);
    List<Integer> best =
        IntStream.range(0, labels.size())
            .boxed()
            .sorted(Comparator.comparing(probabilities::get).reversed())
            .toList();
    int tokens = request.getTextA().length() + request.getTextB().length();
    return ClassifyResponse.newBuilder()
        .setLabelIndex(best.get(0))
        .setLabel(labels.get(best.get(0)))
        .addAllProbabilities(probabilities)
        .addAllScores(
            best.stream()
                .limit(Integer.toUnsignedLong(request.getTopK()))
                .map(
                    label ->
                        LabelScore.newBuilder()
                            .setLabel(labels.get(label))
                            .setScore(probabilities.get(label))
                            .build())
                .toList())
        .setTimings(
            Timings.newBuilder().setBatchSizeRequests(1).setInputTokens(Math.max(1, tokens)))
        .build();
  }

  private static List<Float> probabilities(List<String> labels, FakeReply reply) {
    if (reply.content() instanceof LabelScore score) {
      if (score.getLabel().isEmpty() && labels.size() == 1) {
        return List.of(score.getScore());
      }
      if (labels.contains(score.getLabel())) {
        float rest = labels.size() == 1 ? 0 : (1 - score.getScore()) / (labels.size() - 1);
        return labels.stream()
            .map(name -> name.equals(score.getLabel()) ? score.getScore() : rest)
            .toList();
      }
    }
    throw unfit(reply, "a model with the labels " + labels);
  }

  static RerankResponse ranking(List<String> labels, List<FakeReply> replies) {
    RerankResponse.Builder response = RerankResponse.newBuilder();
    IntStream.range(0, replies.size())
        .filter(i -> !failed(replies.get(i)))
        .mapToObj(
            i ->
                RankedDocument.newBuilder()
                    .setIndex(i)
                    .setScore(probabilities(labels, replies.get(i)).get(0))
                    .build())
        .sorted(Comparator.comparing(RankedDocument::getScore).reversed())
        .forEach(response::addResults);
    return response.addAllErrors(errors(replies)).build();
  }

  static EmbedResponse vectors(int dimensions, int asked, List<FakeReply> replies) {
    EmbedResponse.Builder response = EmbedResponse.newBuilder();
    for (FakeReply reply : replies) {
      if (failed(reply)) {
        response.addEmbeddings(Embedding.getDefaultInstance());
      } else if (reply.content() instanceof Embedding vector
          && vector.getValuesCount() == dimensions) {
        int kept = asked == 0 ? dimensions : Math.min(asked, dimensions);
        response.addEmbeddings(
            vector.toBuilder().clearValues().addAllValues(vector.getValuesList().subList(0, kept)));
      } else {
        throw unfit(reply, "a model of vectors with " + dimensions + " values");
      }
    }
    return response.addAllErrors(errors(replies)).build();
  }

  static TagTokensResponse entities(List<FakeReply> replies) {
    TagTokensResponse.Builder response = TagTokensResponse.newBuilder();
    for (FakeReply reply : replies) {
      if (failed(reply)) {
        response.addTexts(TaggedText.getDefaultInstance());
      } else if (reply.content() instanceof TaggedText text) {
        response.addTexts(text);
      } else {
        throw unfit(reply, "a model of entities");
      }
    }
    return response.addAllErrors(errors(replies)).build();
  }

  private static boolean failed(FakeReply reply) {
    return reply.content() instanceof ItemError;
  }

  private static List<IndexedError> errors(List<FakeReply> replies) {
    List<IndexedError> errors = new ArrayList<>();
    for (int i = 0; i < replies.size(); i++) {
      if (replies.get(i).content() instanceof ItemError error) {
        errors.add(IndexedError.newBuilder().setIndex(i).setError(error).build());
      }
    }
    return errors;
  }

  /** The end of a call. */
  static StatusRuntimeException failure(ItemError failure) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(failure.getCode())
            .setMessage(failure.getMessage());
    if (failure.getRetryAfterMs() > 0) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(
                      Duration.newBuilder()
                          .setSeconds(failure.getRetryAfterMs() / 1_000)
                          .setNanos(failure.getRetryAfterMs() % 1_000 * 1_000_000))
                  .build()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private static StatusRuntimeException unfit(FakeReply reply, String model) {
    return Status.INTERNAL
        .withDescription(
            "the script answers '"
                + reply.content().toString().strip().replace('\n', ' ')
                + "' for "
                + model)
        .asRuntimeException();
  }

  /**
   * What a fake says that it serves.
   *
   * @param dimensions of a vector; 0 for other tasks
   */
  static GetModelResponse model(Task.Kind task, List<String> labels, int dimensions) {
    if (labels.isEmpty() && dimensions < 1) {
      throw new IllegalArgumentException("a model needs at least one label or dimension");
    }
    return GetModelResponse.newBuilder()
        .setName("fake")
        .addAllLabels(labels)
        .setPrecision("fp32")
        .setDimensions(ModelDimensions.newBuilder().setMaxSequenceLengthTokens(512))
        .setBackend(Backend.newBuilder().setKind("fake").setCores(1))
        .setLimits(Limits.newBuilder().setItemBytes(65_536).setStreamInFlightRequests(1_000))
        .setTask(
            Task.newBuilder()
                .setKind(task)
                .setOutput(dimensions > 0 ? Task.Output.IDENTITY : Task.Output.SOFTMAX)
                .setEmbeddingDimensions(dimensions)
                .setTakesPairs(task == Task.Kind.SEQUENCE_CLASSIFICATION))
        .build();
  }
}
