package io.ganglion.server.wire.ganglion;

import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.proto.v1.ClassifyStreamRequest;
import io.ganglion.proto.v1.ClassifyStreamResponse;
import io.ganglion.proto.v1.ItemError;
import io.ganglion.proto.v1.StreamOptions;
import io.ganglion.server.grpc.Texts;
import org.jspecify.annotations.Nullable;

/** The messages of ClassifyStream. Stateless. */
final class ClassifyItems implements ItemStream<ClassifyStreamRequest, ClassifyStreamResponse> {
  @Override
  public Action action(ClassifyStreamRequest message) {
    return switch (message.getActionCase()) {
      case CLASSIFY -> Action.ITEM;
      case CANCEL -> Action.CANCEL;
      case OPTIONS -> Action.OPTIONS;
      case ACTION_NOT_SET -> Action.NONE;
    };
  }

  @Override
  public long id(ClassifyStreamRequest message) {
    return message.getId();
  }

  @Override
  public int timeoutMs(ClassifyStreamRequest message) {
    return message.getTimeoutMs();
  }

  @Override
  public StreamOptions options(ClassifyStreamRequest message) {
    return message.getOptions();
  }

  @Override
  public Texts texts(ClassifyStreamRequest item) {
    return Answers.texts(item.getClassify());
  }

  @Override
  public int size(ClassifyStreamRequest item) {
    return item.getClassify().getTopK();
  }

  @Override
  public @Nullable String complaint(int topK, ServedModel model) {
    return null; // more scores than there are labels are all of them
  }

  @Override
  public ClassifyStreamResponse answer(
      long id, ServedModel model, Outcome.Answered answered, int topK) {
    return ClassifyStreamResponse.newBuilder()
        .setId(id)
        .setResponse(Answers.response(model, answered, topK))
        .build();
  }

  @Override
  public ClassifyStreamResponse error(long id, ItemError error) {
    return ClassifyStreamResponse.newBuilder().setId(id).setError(error).build();
  }
}
