package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.tuple;

import io.ganglion.proto.v1.Aggregation;
import io.ganglion.proto.v1.ClassifyRequest;
import io.ganglion.proto.v1.ClassifyResponse;
import io.ganglion.proto.v1.EmbedRequest;
import io.ganglion.proto.v1.EmbedResponse;
import io.ganglion.proto.v1.Embedding;
import io.ganglion.proto.v1.Entity;
import io.ganglion.proto.v1.GetModelRequest;
import io.ganglion.proto.v1.LabelScore;
import io.ganglion.proto.v1.PairClassifierGrpc.PairClassifierBlockingStub;
import io.ganglion.proto.v1.RankedDocument;
import io.ganglion.proto.v1.RerankRequest;
import io.ganglion.proto.v1.RerankResponse;
import io.ganglion.proto.v1.TagTokensRequest;
import io.ganglion.proto.v1.TagTokensResponse;
import io.ganglion.proto.v1.Task;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.server.grpc.BadTexts;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Serves a model of each task on the CPU core and asks it by the project's protocol. */
@Timeout(60)
class TasksServedTest {
  @TempDir private Path folder;
  private TaskServer server;

  @BeforeEach
  void start() {
    server = new TaskServer(folder);
  }

  @AfterEach
  void stop() {}

  @Test
  void documentsAreSortedByTheBitsOfTheirScoresAndTiesByIndex() throws Exception {
    PairClassifierBlockingStub stub = server.serve(TaskServer.reranker());
    List<String> documents =
        new ArrayList<>(TaskServer.texts(300)); // more than a call has in flight
    documents.set(200, documents.get(100));
    RerankResponse ranked =
        stub.rerank(
            RerankRequest.newBuilder().setQuery("the red cat").addAllDocuments(documents).build());
    assertThat(ranked.getErrorsList()).isEmpty();
    List<Integer> expected = new ArrayList<>(IntStream.range(0, 300).boxed().toList());
    List<Float> scores =
        documents.stream()
            .map(document -> TaskServer.score(stub, "the red cat", document))
            .toList();
    expected.sort(Collections.reverseOrder((a, b) -> Float.compare(scores.get(a), scores.get(b))));
    assertThat(ranked.getResultsList())
        .extracting(RankedDocument::getIndex)
        .containsExactlyElementsOf(expected);
    for (RankedDocument result : ranked.getResultsList()) {
      assertThat(result.getScore()).isEqualTo(scores.get(result.getIndex()));
      assertThat(result.getDocument()).isEmpty();
    }
  }

  @Test
  void aBadDocumentHasItsOwnErrorAndOnlyTheBestAreReturned() throws Exception {
    PairClassifierBlockingStub stub = server.serve(TaskServer.reranker());
    RerankResponse ranked =
        stub.rerank(
            RerankRequest.newBuilder()
                .setQuery("cat")
                .addDocuments("a dog")
                .addDocuments("")
                .addDocuments("   ")
                .addDocuments("the cat sat")
                .addDocuments("x".repeat(70_000))
                .setTopN(1)
                .setReturnDocuments(true)
                .build());
    assertThat(ranked.getResultsList())
        .singleElement()
        .satisfies(
            best ->
                assertThat(best.getDocument())
                    .isEqualTo(best.getIndex() == 0 ? "a dog" : "the cat sat"));
    assertThat(ranked.getErrorsList())
        .extracting(error -> error.getIndex())
        .containsExactly(1, 2, 4);
    assertThat(ranked.getErrors(0).getError().getMessage()).isEqualTo("documents[1] is empty");
    assertThat(ranked.getErrors(1).getError().getMessage()).contains("documents[2] has no tokens");
    assertThat(ranked.getErrors(2).getError().getMessage()).contains("documents[4] is too long");
    assertThat(ranked.getErrors(0).getError().getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT.value());
  }

  @Test
  void aTextThatIsNotUtf8IsRefusedByItsField() throws Exception {
    PairClassifierBlockingStub stub = server.serve(TaskServer.reranker());
    RerankRequest.Builder documents =
        RerankRequest.newBuilder().setQuery("cat").addDocuments("a dog");
    RerankResponse ranked = stub.rerank(BadTexts.add(documents, 2).build());
    assertThat(ranked.getResultsList()).extracting(RankedDocument::getIndex).containsExactly(0);
    assertThat(ranked.getErrors(0).getError().getMessage())
        .isEqualTo("documents[1] is not valid UTF-8");
    refuses(
        () -> stub.rerank(BadTexts.add(RerankRequest.newBuilder().addDocuments("a"), 1).build()),
        Status.Code.INVALID_ARGUMENT,
        "query is not valid UTF-8");
  }

  @Test
  void aRequestThatIsWrongAsAWholeIsRefused() throws Exception {
    PairClassifierBlockingStub stub = server.serve(TaskServer.reranker());
    refuses(
        () -> stub.rerank(RerankRequest.newBuilder().addDocuments("a").build()),
        Status.Code.INVALID_ARGUMENT,
        "query is empty");
    refuses(
        () -> stub.rerank(RerankRequest.newBuilder().setQuery("a").build()),
        Status.Code.INVALID_ARGUMENT,
        "documents is empty");
    RerankRequest.Builder many = RerankRequest.newBuilder().setQuery("a");
    many.addAllDocuments(Collections.nCopies(1_025, "a"));
    refuses(() -> stub.rerank(many.build()), Status.Code.INVALID_ARGUMENT, "1025 items", "1024");
  }

  @Test
  void vectorsHaveTheSameBitsAloneAndAmongManyAndTheLengthOne() throws Exception {
    PairClassifierBlockingStub stub =
        server.serve(TestArtifacts.tiny().embedding(Pooling.MEAN, true));
    List<String> texts = TaskServer.texts(300);
    EmbedResponse all = stub.embed(EmbedRequest.newBuilder().addAllTexts(texts).build());
    assertThat(all.getEmbeddingsList()).hasSize(300);
    for (int i = 0; i < 300; i += 7) {
      Embedding alone =
          stub.embed(EmbedRequest.newBuilder().addTexts(texts.get(i)).build()).getEmbeddings(0);
      assertThat(all.getEmbeddings(i).getValuesList()).isEqualTo(alone.getValuesList());
      assertThat(length(alone)).isCloseTo(1, offset(1e-6));
      assertThat(alone.getInputTokens()).isPositive();
    }
  }

  @Test
  void vectorsAreCutAndBroughtToTheLengthOneAgain() throws Exception {
    PairClassifierBlockingStub stub =
        server.serve(TestArtifacts.tiny().embedding(Pooling.MEAN, true));
    EmbedRequest request = EmbedRequest.newBuilder().addTexts("the cat").addTexts("").build();
    EmbedResponse whole = stub.embed(request);
    EmbedResponse cut = stub.embed(request.toBuilder().setDimensions(8).build());
    assertThat(whole.getEmbeddings(0).getValuesCount()).isEqualTo(32);
    assertThat(cut.getEmbeddings(0).getValuesCount()).isEqualTo(8);
    assertThat(length(cut.getEmbeddings(0))).isCloseTo(1, offset(1e-6));
    float ratio = cut.getEmbeddings(0).getValues(0) / whole.getEmbeddings(0).getValues(0);
    assertThat(cut.getEmbeddings(0).getValues(7))
        .isCloseTo(whole.getEmbeddings(0).getValues(7) * ratio, offset(1e-6f));
    assertThat(cut.getEmbeddings(1).getValuesCount()).isZero();
    assertThat(cut.getErrors(0).getIndex()).isEqualTo(1);
    refuses(
        () -> stub.embed(request.toBuilder().setDimensions(33).build()),
        Status.Code.INVALID_ARGUMENT,
        "dimensions is 33",
        "32 values");
  }

  private static double length(Embedding embedding) {
    return Math.sqrt(embedding.getValuesList().stream().mapToDouble(v -> (double) v * v).sum());
  }

  @Test
  void whatTheModelCannotAnswerIsUnimplementedAndTheMessageNamesWhatItCan() throws Exception {
    PairClassifierBlockingStub stub =
        server.serve(TestArtifacts.tiny().embedding(Pooling.MAX, false));
    ClassifyRequest classify = ClassifyRequest.newBuilder().setTextA("a").build();
    refuses(
        () -> stub.classify(classify),
        Status.Code.UNIMPLEMENTED,
        "sequence embedding (pooling max)",
        "cannot answer Classify: call Embed");
    RerankRequest rerank = RerankRequest.newBuilder().setQuery("a").addDocuments("b").build();
    refuses(() -> stub.rerank(rerank), Status.Code.UNIMPLEMENTED, "cannot answer Rerank");
    PairClassifierBlockingStub two = server.serve(TestArtifacts.tiny());
    refuses(
        () -> two.rerank(rerank),
        Status.Code.UNIMPLEMENTED,
        "sequence classification with 2 labels",
        "call Classify or ClassifyStream");
    refuses(
        () -> two.embed(EmbedRequest.newBuilder().addTexts("a").build()),
        Status.Code.UNIMPLEMENTED,
        "cannot answer Embed");
  }

  @Test
  void theModelsTaskIsNamed() throws Exception {
    Task embedding =
        server
            .serve(TestArtifacts.tiny().embedding(Pooling.MEAN, true))
            .getModel(GetModelRequest.getDefaultInstance())
            .getTask();
    assertThat(embedding.getKind()).isEqualTo(Task.Kind.SEQUENCE_EMBEDDING);
    assertThat(embedding.getOutput()).isEqualTo(Task.Output.L2_NORM);
    assertThat(embedding.getEmbeddingDimensions()).isEqualTo(32);
    assertThat(embedding.getTakesPairs()).isFalse();
    Task classification =
        server.serve(TestArtifacts.tiny()).getModel(GetModelRequest.getDefaultInstance()).getTask();
    assertThat(classification.getKind()).isEqualTo(Task.Kind.SEQUENCE_CLASSIFICATION);
    assertThat(classification.getTakesPairs()).isTrue();
  }

  @Test
  void theBestLabelsAreNamedWithTheirScores() throws Exception {
    PairClassifierBlockingStub stub =
        server.serve(
            TestArtifacts.tiny().labels("a", "b", "c", "d").output(OutputActivation.SIGMOID));
    ClassifyResponse response =
        stub.classify(ClassifyRequest.newBuilder().setTextA("the cat").setTopK(3).build());
    assertThat(response.getScoresList()).hasSize(3);
    assertThat(response.getScores(0).getLabel()).isEqualTo(response.getLabel());
    List<Float> sorted = new ArrayList<>(response.getProbabilitiesList());
    sorted.sort(Collections.reverseOrder());
    assertThat(response.getScoresList())
        .extracting(LabelScore::getScore)
        .containsExactlyElementsOf(sorted.subList(0, 3));
  }

  @Test
  void entitiesHavePlacesInUnitsAndInBytesAndABadTextHasItsOwnError() throws Exception {
    PairClassifierBlockingStub stub = server.serve(TestArtifacts.tiny().tokens("B-X"));
    String text = "caf\u00e9 \ud83d\ude00 cat";
    TagTokensResponse tagged =
        stub.tagTokens(
            TagTokensRequest.newBuilder()
                .addTexts(text)
                .addTexts(" ")
                .addTexts("cat ".repeat(100))
                .setAggregation(Aggregation.AGGREGATION_FIRST)
                .build());
    assertThat(tagged.getTexts(0).getEntitiesList())
        .extracting(
            Entity::getLabel,
            Entity::getStartUtf16,
            Entity::getEndUtf16,
            Entity::getStartBytes,
            Entity::getEndBytes)
        .containsExactly(
            tuple("X", 0, 4, 0, 5), tuple("X", 5, 7, 6, 10), tuple("X", 8, 11, 11, 14));
    assertThat(tagged.getTexts(0).getTruncated()).isFalse();
    assertThat(tagged.getTexts(1).getEntitiesList()).isEmpty();
    assertThat(tagged.getErrors(0).getIndex()).isEqualTo(1);
    assertThat(tagged.getTexts(2).getTruncated()).isTrue();
    assertThat(tagged.getTexts(2).getInputTokens()).isEqualTo(64);
    refuses(
        () ->
            stub.tagTokens(
                TagTokensRequest.newBuilder().addTexts("a").setAggregationValue(9).build()),
        Status.Code.INVALID_ARGUMENT,
        "aggregation 9");
    refuses(
        () -> stub.embed(EmbedRequest.newBuilder().addTexts("a").build()),
        Status.Code.UNIMPLEMENTED,
        "token classification and cannot answer Embed: call TagTokens");
  }

  private static void refuses(ThrowingCallable call, Status.Code code, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContainingAll(words);
  }
}
