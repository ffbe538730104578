package io.ganglion.server.wire.ganglion;

import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.proto.v1.EmbedStreamRequest;
import io.ganglion.proto.v1.EmbedStreamResponse;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.StreamOptions;
import io.ganglion.server.grpc.Texts;
import org.jspecify.annotations.Nullable;

/** The messages of EmbedStream. Stateless. */
final class EmbedItems implements ItemStream<EmbedStreamRequest, EmbedStreamResponse> {
  @Override
  public Action action(EmbedStreamRequest message) {
    return switch (message.getActionCase()) {
      case EMBED -> Action.ITEM;
      case CANCEL -> Action.CANCEL;
      case OPTIONS -> Action.OPTIONS;
      case ACTION_NOT_SET -> Action.NONE;
    };
  }

  @Override
  public long id(EmbedStreamRequest message) {
    return message.getId();
  }

  @Override
  public int timeoutMs(EmbedStreamRequest message) {
    return message.getTimeoutMs();
  }

  @Override
  public StreamOptions options(EmbedStreamRequest message) {
    return message.getOptions();
  }

  @Override
  public Texts texts(EmbedStreamRequest item) {
    return new Texts(item.getEmbed().getText(), null, "text", "");
  }

  @Override
  public int size(EmbedStreamRequest item) {
    return item.getEmbed().getDimensions();
  }

  @Override
  public @Nullable String complaint(int dimensions, ServedModel model) {
    return Embed.complaint(dimensions, model);
  }

  @Override
  public EmbedStreamResponse answer(
      long id, ServedModel model, Outcome.Answered answered, int dimensions) {
    return EmbedStreamResponse.newBuilder()
        .setId(id)
        .setEmbedding(Embed.embedding(answered, dimensions, model))
        .build();
  }

  @Override
  public EmbedStreamResponse error(long id, ItemError error) {
    return EmbedStreamResponse.newBuilder().setId(id).setError(error).build();
  }
}
