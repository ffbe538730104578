package io.ganglion.client;

import io.ganglion.api.Aggregation;
import io.ganglion.api.Classification;
import io.ganglion.api.Embedding;
import io.ganglion.api.Entity;
import io.ganglion.api.GanglionException;
import io.ganglion.api.ModelInfo;
import io.ganglion.api.Ranking;
import io.ganglion.api.TaggedText;
import io.ganglion.api.TextPair;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.EmbedRequest;
import io.ganglion.proto.v1.EmbedResponse;
import io.ganglion.proto.v1.GetModelResponse;
import io.ganglion.proto.v1.IndexedError;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.proto.v1.RerankRequest;
import io.ganglion.proto.v1.RerankResponse;
import io.ganglion.proto.v1.TagTokensRequest;
import io.ganglion.proto.v1.TagTokensResponse;
import io.ganglion.proto.v1.Task;
import io.ganglion.proto.v1.Timings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Converts between our types and the messages of the contract. Only this class reads the fields of
 * answers.
 */
final class Wire {
  /**
   * A server's usual limit for a message, minus our envelope. A larger message would end its
   * stream.
   */
  private static final int MAX_ITEM_BYTES = (1 << 20) - 64;

  private Wire() {}

  /** Classification of one text or pair. */
  static final Rpc<ClassifyRequest, ClassifyResponse, Classification> CLASSIFY =
      new Rpc<>(PairClassifierGrpc.getClassifyMethod(), Wire::answer);

  static boolean tooLarge(ClassifyRequest request) {
    return tooLarge(request.getSerializedSize());
  }

  static boolean tooLarge(int bytes) {
    return bytes > MAX_ITEM_BYTES;
  }

  static RerankRequest rerank(String query, List<String> documents) {
    return RerankRequest.newBuilder().setQuery(query).addAllDocuments(documents).build();
  }

  /**
   * The ranking of a part of the documents.
   *
   * @param part its documents
   */
  static Rpc<RerankRequest, RerankResponse, Ranking> reranked(SplitCall.Part part) {
    return new Rpc<>(
        PairClassifierGrpc.getRerankMethod(),
        response -> {
          try {
            return new Ranking(
                response.getResultsList().stream()
                    .map(best -> new Ranking.Document(part.place(best.getIndex()), best.getScore()))
                    .toList(),
                response.getErrorsList().stream()
                    .map(
                        bad ->
                            new Ranking.Failure(
                                part.place(bad.getIndex()), Errors.of(bad.getError())))
                    .toList());
          } catch (IllegalArgumentException e) {
            throw Errors.malformed(e);
          }
        });
  }

  /** One ranking of those of all parts. */
  static Ranking ranking(List<Ranking> parts) {
    return new Ranking(
        parts.stream()
            .flatMap(part -> part.documents().stream())
            .sorted(
                Comparator.comparingDouble(Ranking.Document::score)
                    .reversed()
                    .thenComparingInt(Ranking.Document::index))
            .toList(),
        parts.stream().flatMap(part -> part.failures().stream()).toList());
  }

  /**
   * The vectors of a part of the texts. Fails if one of them has none.
   *
   * @param part its texts
   */
  static Rpc<EmbedRequest, EmbedResponse, List<Embedding>> embedded(SplitCall.Part part) {
    return new Rpc<>(
        PairClassifierGrpc.getEmbedMethod(),
        response -> {
          try {
            requireWhole(part, response.getErrorsList(), response.getEmbeddingsCount());
            return response.getEmbeddingsList().stream().map(Wire::embedding).toList();
          } catch (IllegalArgumentException e) {
            throw Errors.malformed(e);
          }
        });
  }

  private static void requireWhole(SplitCall.Part part, List<IndexedError> errors, int answers) {
    if (!errors.isEmpty()) {
      throw refused(part, errors.get(0));
    }
    if (answers != part.items().size()) {
      throw new IllegalArgumentException(
          answers + " answers for " + part.items().size() + " texts");
    }
  }

  static TagTokensRequest tag(List<String> texts, Aggregation aggregation) {
    return TagTokensRequest.newBuilder()
        .addAllTexts(texts)
        .setAggregation(
            switch (aggregation) {
              case NONE -> io.ganglion.proto.v1.Aggregation.AGGREGATION_NONE;
              case SIMPLE -> io.ganglion.proto.v1.Aggregation.AGGREGATION_SIMPLE;
              case FIRST -> io.ganglion.proto.v1.Aggregation.AGGREGATION_FIRST;
              case MAX -> io.ganglion.proto.v1.Aggregation.AGGREGATION_MAX;
              case AVERAGE -> io.ganglion.proto.v1.Aggregation.AGGREGATION_AVERAGE;
            })
        .build();
  }

  /**
   * The entities of a part of the texts. Fails if one of them was not run.
   *
   * @param part its texts
   */
  static Rpc<TagTokensRequest, TagTokensResponse, List<TaggedText>> tagged(SplitCall.Part part) {
    return new Rpc<>(
        PairClassifierGrpc.getTagTokensMethod(),
        response -> {
          try {
            requireWhole(part, response.getErrorsList(), response.getTextsCount());
            List<TaggedText> texts = new ArrayList<>();
            for (int i = 0; i < response.getTextsCount(); i++) {
              texts.add(tagged(part.items().get(i), response.getTexts(i)));
            }
            return texts;
          } catch (IllegalArgumentException e) {
            throw Errors.malformed(e);
          }
        });
  }

  private static TaggedText tagged(String text, io.ganglion.proto.v1.TaggedText message) {
    List<Entity> entities = new ArrayList<>();
    for (io.ganglion.proto.v1.Entity entity : message.getEntitiesList()) {
      if (entity.getEndUtf16() > text.length()) {
        throw new IllegalArgumentException("an entity ends behind its text");
      }
      entities.add(
          new Entity(
              entity.getLabel(), entity.getScore(), entity.getStartUtf16(), entity.getEndUtf16()));
    }
    return new TaggedText(entities, message.getInputTokens(), message.getTruncated());
  }

  /** The failure of a text, with its place among all texts. */
  private static GanglionException refused(SplitCall.Part part, IndexedError bad) {
    String message = "text " + part.place(bad.getIndex()) + ": " + bad.getError().getMessage();
    return Errors.of(bad.getError().toBuilder().setMessage(message).build());
  }

  private static Embedding embedding(io.ganglion.proto.v1.Embedding message) {
    float[] values = new float[message.getValuesCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = message.getValues(i);
    }
    return new Embedding(values, message.getInputTokens());
  }

  static ClassifyRequest request(TextPair pair) {
    ClassifyRequest.Builder builder = ClassifyRequest.newBuilder().setTextA(pair.textA());
    String textB = pair.textB();
    if (textB != null) {
      builder.setTextB(textB);
    }
    return builder.build();
  }

  /** Throws {@link GanglionException.Internal} where no server of ours can have sent it. */
  static Classification answer(ClassifyResponse response) {
    Timings timings = response.getTimings();
    try {
      return new Classification(
          response.getLabelIndex(),
          response.getLabel(),
          response.getProbabilitiesList(),
          response.getScoresList().stream()
              .map(best -> new Classification.LabelScore(best.getLabel(), best.getScore()))
              .toList(),
          timings.getQueueNs(),
          timings.getInferenceNs(),
          timings.getBatchSizeRequests(),
          timings.getCoreIndex(),
          timings.getInputTokens());
    } catch (IllegalArgumentException e) {
      throw Errors.malformed(e);
    }
  }

  /** Throws {@link GanglionException.Internal} where no server of ours can have sent it. */
  static ModelInfo model(GetModelResponse response) {
    try {
      return new ModelInfo(
          response.getName(),
          response.getDigest(),
          response.getVersion(),
          task(response.getTask()),
          response.getLabelsList(),
          response.getPrecision(),
          response.getDimensions().getMaxSequenceLengthTokens(),
          response.getBackend().getKind(),
          response.getBackend().getCores(),
          response.getLimits().getItemBytes(),
          response.getLimits().getStreamInFlightRequests());
    } catch (IllegalArgumentException e) {
      throw Errors.malformed(e);
    }
  }

  private static ModelInfo.Task task(Task task) {
    return new ModelInfo.Task(
        switch (task.getKind()) {
          case SEQUENCE_CLASSIFICATION -> ModelInfo.Kind.CLASSIFICATION;
          case SEQUENCE_EMBEDDING -> ModelInfo.Kind.EMBEDDING;
          case TOKEN_CLASSIFICATION -> ModelInfo.Kind.TAGGING;
          case KIND_UNSPECIFIED, UNRECOGNIZED -> ModelInfo.Kind.UNKNOWN;
        },
        switch (task.getOutput()) {
          case SOFTMAX -> ModelInfo.Output.SOFTMAX;
          case SIGMOID -> ModelInfo.Output.SIGMOID;
          case IDENTITY -> ModelInfo.Output.IDENTITY;
          case L2_NORM -> ModelInfo.Output.L2_NORM;
          case OUTPUT_UNSPECIFIED, UNRECOGNIZED -> ModelInfo.Output.UNKNOWN;
        },
        task.getEmbeddingDimensions(),
        task.getTakesPairs());
  }
}
