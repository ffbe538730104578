package io.ganglion.server.wire.ganglion;

import io.ganglion.engine.batch.Outcome;
import io.ganglion.engine.model.ServedModel;
import io.ganglion.proto.v1.RankedDocument;
import io.ganglion.proto.v1.RerankRequest;
import io.ganglion.proto.v1.RerankResponse;
import io.ganglion.server.grpc.ItemsHandler;
import io.ganglion.server.grpc.Texts;
import io.ganglion.server.grpc.WireText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sorts documents by their score for a query. Stateless. */
final class Rerank implements ItemsHandler.Method<RerankRequest, RerankResponse> {
  private record Scored(int index, float score) {}

  @Override
  public @Nullable String complaint(RerankRequest request, ServedModel model) {
    if (request.getQuery().isEmpty()) {
      return "query is empty";
    }
    if (!WireText.isUtf8(request.getQuery())) {
      return "query is not valid UTF-8";
    }
    if (!model.hasTokens(request.getQuery())) {
      return "query has no tokens: nothing but spaces";
    }
    return CallItems.complaint("documents", request.getDocumentsCount());
  }

  @Override
  public int size(RerankRequest request) {
    return request.getDocumentsCount();
  }

  @Override
  public Texts item(RerankRequest request, int index) {
    return new Texts(
        request.getQuery(), request.getDocuments(index), "query", "documents[" + index + "]");
  }

  @Override
  public RerankResponse answer(RerankRequest request, ServedModel model, List<Outcome> outcomes) {
    RerankResponse.Builder response = RerankResponse.newBuilder();
    List<Scored> scored = new ArrayList<>();
    for (int index = 0; index < outcomes.size(); index++) {
      Outcome outcome = outcomes.get(index);
      if (outcome instanceof Outcome.Answered answered) {
        scored.add(new Scored(index, answered.values()[0]));
      } else {
        response.addErrors(CallItems.error(index, outcome));
      }
    }
    scored.sort(
        Comparator.comparingDouble(Scored::score).reversed().thenComparingInt(Scored::index));
    long most = request.getTopN() == 0 ? scored.size() : Integer.toUnsignedLong(request.getTopN());
    for (Scored document : scored.subList(0, (int) Math.min(most, scored.size()))) {
      RankedDocument.Builder result =
          RankedDocument.newBuilder().setIndex(document.index).setScore(document.score);
      if (request.getReturnDocuments()) {
        result.setDocument(request.getDocuments(document.index));
      }
      response.addResults(result);
    }
    return response.build();
  }
}
