package io.ganglion.server.wire.ganglion;

import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.proto.v1.EmbedRequest;
import io.ganglion.proto.v1.EmbedResponse;
import io.ganglion.proto.v1.Embedding;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.server.grpc.ItemsHandler;
import io.ganglion.server.grpc.Texts;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives vectors of texts. Stateless. */
final class Embed implements ItemsHandler.Method<EmbedRequest, EmbedResponse> {
  @Override
  public @Nullable String complaint(EmbedRequest request, ServedModel model) {
    String complaint = complaint(request.getDimensions(), model);
    return complaint == null ? CallItems.complaint("texts", request.getTextsCount()) : complaint;
  }

  /** What is wrong with a number of dimensions, unsigned; null if nothing is. */
  static @Nullable String complaint(int dimensions, ServedModel model) {
    int width = model.facts().manifest().outputWidth();
    return Integer.compareUnsigned(dimensions, width) > 0
        ? "dimensions is %s, and the model's vectors have %d values"
            .formatted(Integer.toUnsignedString(dimensions), width)
        : null;
  }

  @Override
  public int size(EmbedRequest request) {
    return request.getTextsCount();
  }

  @Override
  public Texts item(EmbedRequest request, int index) {
    return new Texts(request.getTexts(index), null, "texts[" + index + "]", "");
  }

  @Override
  public EmbedResponse answer(EmbedRequest request, ServedModel model, List<Outcome> outcomes) {
    EmbedResponse.Builder response = EmbedResponse.newBuilder();
    for (int index = 0; index < outcomes.size(); index++) {
      Outcome outcome = outcomes.get(index);
      if (outcome instanceof Outcome.Answered answered) {
        response.addEmbeddings(embedding(answered, request.getDimensions(), model));
      } else {
        response.addEmbeddings(Embedding.getDefaultInstance());
        response.addErrors(CallItems.error(index, outcome));
      }
    }
    return response.build();
  }

  /** The first values of a vector; 0 for all of them. */
  static Embedding embedding(Outcome.Answered answered, int dimensions, ServedModel model) {
    OutputActivation output = model.facts().manifest().task().output();
    Embedding.Builder embedding = Embedding.newBuilder().setInputTokens(answered.tokens());
    for (float value : cut(answered.values(), dimensions, output)) {
      embedding.addValues(value);
    }
    return embedding.build();
  }

  private static float[] cut(float[] vector, int dimensions, OutputActivation output) {
    return dimensions == 0 || dimensions == vector.length
        ? vector
        : output.apply(Arrays.copyOf(vector, dimensions));
  }
}
