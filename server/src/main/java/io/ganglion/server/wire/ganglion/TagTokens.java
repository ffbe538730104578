package io.ganglion.server.wire.ganglion;

import io.ganglion.api.Aggregation;
import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.proto.v1.Entity;
import io.ganglion.proto.v1.TagTokensRequest;
import io.ganglion.proto.v1.TagTokensResponse;
import io.ganglion.proto.v1.TaggedText;
import io.ganglion.runtime.text.PlacedTokens;
import io.ganglion.server.grpc.ItemsHandler;
import io.ganglion.server.grpc.Texts;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds entities in texts. One for each request, because it remembers where the tokens of its texts
 * stand. Thread-safe.
 */
final class TagTokens implements ItemsHandler.Method<TagTokensRequest, TagTokensResponse> {
  /** The method before there is a request. */
  static final TagTokens ANY = new TagTokens(0);

  private final AtomicReferenceArray<PlacedTokens> placed;

  private TagTokens(int texts) {
    placed = new AtomicReferenceArray<>(texts);
  }

  @Override
  public ItemsHandler.Method<TagTokensRequest, TagTokensResponse> of(TagTokensRequest request) {
    return new TagTokens(request.getTextsCount());
  }

  @Override
  public @Nullable String complaint(TagTokensRequest request, ServedModel model) {
    if (request.getAggregation() == io.ganglion.proto.v1.Aggregation.UNRECOGNIZED) {
      return "aggregation %d is not one of the known".formatted(request.getAggregationValue());
    }
    return CallItems.complaint("texts", request.getTextsCount());
  }

  @Override
  public int size(TagTokensRequest request) {
    return request.getTextsCount();
  }

  @Override
  public Texts item(TagTokensRequest request, int index) {
    return new Texts(
        request.getTexts(index),
        null,
        "texts[" + index + "]",
        "",
        (model, a, b) -> {
          PlacedTokens tokens = model.encodeWithPlaces(a);
          placed.set(index, tokens);
          return tokens.tokens();
        });
  }

  @Override
  public TagTokensResponse answer(
      TagTokensRequest request, ServedModel model, List<Outcome> outcomes) {
    Aggregation aggregation = aggregation(request.getAggregation());
    TagTokensResponse.Builder response = TagTokensResponse.newBuilder();
    for (int index = 0; index < outcomes.size(); index++) {
      Outcome outcome = outcomes.get(index);
      if (outcome instanceof Outcome.Answered answered) {
        PlacedTokens tokens = Objects.requireNonNull(placed.get(index));
        TaggedText.Builder text =
            TaggedText.newBuilder()
                .setInputTokens(answered.tokens())
                .setTruncated(tokens.truncated());
        Utf8Places places = new Utf8Places(request.getTexts(index));
        for (io.ganglion.api.Entity entity :
            model.entities().find(tokens, answered.values(), aggregation)) {
          text.addEntities(message(entity, places));
        }
        response.addTexts(text);
      } else {
        response.addTexts(TaggedText.getDefaultInstance());
        response.addErrors(CallItems.error(index, outcome));
      }
    }
    return response.build();
  }

  private static Entity message(io.ganglion.api.Entity entity, Utf8Places places) {
    return Entity.newBuilder()
        .setLabel(entity.label())
        .setScore(entity.score())
        .setStartUtf16(entity.start())
        .setEndUtf16(entity.end())
        .setStartBytes(places.of(entity.start()))
        .setEndBytes(places.of(entity.end()))
        .build();
  }

  private static Aggregation aggregation(io.ganglion.proto.v1.Aggregation asked) {
    return switch (asked) {
      case AGGREGATION_UNSPECIFIED, AGGREGATION_SIMPLE -> Aggregation.SIMPLE;
      case AGGREGATION_NONE -> Aggregation.NONE;
      case AGGREGATION_FIRST -> Aggregation.FIRST;
      case AGGREGATION_MAX -> Aggregation.MAX;
      case AGGREGATION_AVERAGE -> Aggregation.AVERAGE;
      case UNRECOGNIZED -> throw new IllegalArgumentException("refused before: " + asked);
    };
  }
}
