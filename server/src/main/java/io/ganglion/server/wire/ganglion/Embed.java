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
    int width = model.facts().manifest().outputWidth();
    if (Integer.compareUnsigned(request.getDimensions(), width) > 0) {
      return "dimensions is %s, and the model's vectors have %d values"
          .formatted(Integer.toUnsignedString(request.getDimensions()), width);
    }
    return CallItems.complaint("texts", request.getTextsCount());
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
    OutputActivation output = model.facts().manifest().task().output();
    EmbedResponse.Builder response = EmbedResponse.newBuilder();
    for (int index = 0; index < outcomes.size(); index++) {
      Outcome outcome = outcomes.get(index);
      if (outcome instanceof Outcome.Answered answered) {
        Embedding.Builder embedding = Embedding.newBuilder().setInputTokens(answered.tokens());
        for (float value : cut(answered.values(), request.getDimensions(), output)) {
          embedding.addValues(value);
        }
        response.addEmbeddings(embedding);
      } else {
        response.addEmbeddings(Embedding.getDefaultInstance());
        response.addErrors(CallItems.error(index, outcome));
      }
    }
    return response.build();
  }

  private static float[] cut(float[] vector, int dimensions, OutputActivation output) {
    return dimensions == 0 || dimensions == vector.length
        ? vector
        : output.apply(Arrays.copyOf(vector, dimensions));
  }
}
