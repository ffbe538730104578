package io.ganglion.client.testing;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.EmbedResponse;
import io.ganglion.proto.v1.Embedding;
import io.ganglion.proto.v1.Entity;
import io.ganglion.proto.v1.IndexedError;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.LabelScore;
import io.ganglion.proto.v1.RankedDocument;
import io.ganglion.proto.v1.RerankResponse;
import io.ganglion.proto.v1.TagTokensResponse;
import io.ganglion.proto.v1.TaggedText;
import io.ganglion.proto.v1.Timings;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
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
    int tokens = request.getTextA().size() + request.getTextB().size();
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
    if (reply.content() instanceof FakeReply.Score score && labels.size() == 1) {
      return List.of(score.value());
    }
    if (reply.content() instanceof FakeReply.Label label && labels.contains(label.name())) {
      float rest = labels.size() == 1 ? 0 : (1 - label.probability()) / (labels.size() - 1);
      return labels.stream()
          .map(name -> name.equals(label.name()) ? label.probability() : rest)
          .toList();
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
      Embedding.Builder embedding = Embedding.newBuilder();
      if (!failed(reply)) {
        if (!(reply.content() instanceof FakeReply.Vector vector)
            || vector.values().size() != dimensions) {
          throw unfit(reply, "a model of vectors with " + dimensions + " values");
        }
        int kept = asked == 0 ? dimensions : Math.min(asked, dimensions);
        embedding.addAllValues(vector.values().subList(0, kept)).setInputTokens(1);
      }
      response.addEmbeddings(embedding);
    }
    return response.addAllErrors(errors(replies)).build();
  }

  static TagTokensResponse entities(List<FakeReply> replies) {
    TagTokensResponse.Builder response = TagTokensResponse.newBuilder();
    for (FakeReply reply : replies) {
      TaggedText.Builder text = TaggedText.newBuilder();
      if (!failed(reply)) {
        if (!(reply.content() instanceof FakeReply.Entities entities)) {
          throw unfit(reply, "a model of entities");
        }
        for (io.ganglion.api.Entity entity : entities.found()) {
          text.addEntities(
              Entity.newBuilder()
                  .setLabel(entity.label())
                  .setScore(entity.score())
                  .setStartUtf16(entity.start())
                  .setEndUtf16(entity.end()));
        }
        text.setInputTokens(1);
      }
      response.addTexts(text);
    }
    return response.addAllErrors(errors(replies)).build();
  }

  private static boolean failed(FakeReply reply) {
    return reply.content() instanceof FakeReply.Failure;
  }

  private static List<IndexedError> errors(List<FakeReply> replies) {
    return IntStream.range(0, replies.size())
        .filter(i -> failed(replies.get(i)))
        .mapToObj(
            i -> IndexedError.newBuilder().setIndex(i).setError(error(replies.get(i))).build())
        .toList();
  }

  /** The error of an item whose reply is a failure. */
  static ItemError error(FakeReply reply) {
    if (!(reply.content() instanceof FakeReply.Failure failure)) {
      throw new IllegalArgumentException("no failure: " + reply.content());
    }
    return ItemError.newBuilder()
        .setCode(failure.status().getCode().value())
        .setMessage(String.valueOf(failure.status().getDescription()))
        .setRetryAfterMs((int) failure.retryAfter().toMillis())
        .build();
  }

  /** The end of a call. */
  static StatusRuntimeException failure(FakeReply.Failure failure) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(failure.status().getCode().value())
            .setMessage(String.valueOf(failure.status().getDescription()));
    Duration after = failure.retryAfter();
    if (!after.isZero()) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(
                      com.google.protobuf.Duration.newBuilder()
                          .setSeconds(after.getSeconds())
                          .setNanos(after.getNano()))
                  .build()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private static StatusRuntimeException unfit(FakeReply reply, String model) {
    return Status.INTERNAL
        .withDescription("the script answers " + reply.content() + " for " + model)
        .asRuntimeException();
  }
}
