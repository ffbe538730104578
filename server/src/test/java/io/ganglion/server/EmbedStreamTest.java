package io.ganglion.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.proto.v1.AnswerOrder;
import io.ganglion.proto.v1.EmbedItem;
import io.ganglion.proto.v1.EmbedRequest;
import io.ganglion.proto.v1.EmbedStreamRequest;
import io.ganglion.proto.v1.EmbedStreamResponse;
import io.ganglion.proto.v1.Embedding;
import io.ganglion.proto.v1.PairClassifierGrpc;
import io.ganglion.proto.v1.PairClassifierGrpc.PairClassifierBlockingStub;
import io.ganglion.proto.v1.StreamOptions;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.Pooling;
import io.ganglion.server.grpc.BadTexts;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams texts to a model of embeddings. */
@Timeout(60)
class EmbedStreamTest {
  @TempDir private Path folder;

  private static EmbedStreamRequest item(long id, String text, int dimensions) {
    return EmbedStreamRequest.newBuilder()
        .setId(id)
        .setEmbed(EmbedItem.newBuilder().setText(text).setDimensions(dimensions))
        .build();
  }

  /** Sends all and ends the stream. The answers come in the order of the messages. */
  private static List<EmbedStreamResponse> ask(
      PairClassifierBlockingStub stub, List<EmbedStreamRequest> messages) throws Exception {
    List<EmbedStreamResponse> answers = new ArrayList<>();
    CompletableFuture<List<EmbedStreamResponse>> all = new CompletableFuture<>();
    StreamObserver<EmbedStreamRequest> stream =
        PairClassifierGrpc.newStub(stub.getChannel())
            .embedStream(
                new StreamObserver<>() {
                  @Override
                  public void onNext(EmbedStreamResponse answer) {
                    answers.add(answer);
                  }

                  @Override
                  public void onError(Throwable thrown) {
                    all.completeExceptionally(thrown);
                  }

                  @Override
                  public void onCompleted() {
                    all.complete(answers);
                  }
                });
    stream.onNext(
        EmbedStreamRequest.newBuilder()
            .setOptions(StreamOptions.newBuilder().setAnswerOrder(AnswerOrder.ANSWER_ORDER_REQUEST))
            .build());
    messages.forEach(stream::onNext);
    stream.onCompleted();
    return all.get(30, TimeUnit.SECONDS);
  }

  @Test
  void aStreamGivesTheVectorsOfACall() throws Exception {
    try (TaskServer server = new TaskServer(folder)) {
      PairClassifierBlockingStub stub =
          server.serve(TestArtifacts.tiny().embedding(Pooling.MEAN, true));
      List<String> texts = TaskServer.texts(500);
      List<EmbedStreamRequest> items = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        items.add(item(1_000 + i, texts.get(i), 8));
      }
      List<EmbedStreamResponse> streamed = ask(stub, items);
      List<Embedding> called =
          stub.embed(EmbedRequest.newBuilder().addAllTexts(texts).setDimensions(8).build())
              .getEmbeddingsList();
      assertThat(streamed).extracting(EmbedStreamResponse::getEmbedding).isEqualTo(called);
      assertThat(streamed.get(499).getId()).isEqualTo(1_499);
    }
  }

  @Test
  void aBadItemHasItsOwnErrorAndTheOthersTheirVectors() throws Exception {
    try (TaskServer server = new TaskServer(folder)) {
      PairClassifierBlockingStub stub =
          server.serve(TestArtifacts.tiny().embedding(Pooling.MEAN, true));
      EmbedStreamRequest notUtf8 =
          EmbedStreamRequest.newBuilder()
              .setId(3)
              .setEmbed(BadTexts.add(EmbedItem.newBuilder(), 1))
              .build();
      List<EmbedStreamResponse> answers =
          ask(
              stub,
              List.of(
                  item(1, "the cat", 0),
                  item(2, "", 0),
                  notUtf8,
                  item(4, "a dog", 1_000_000),
                  EmbedStreamRequest.newBuilder().setId(5).build(),
                  item(6, "the cat", 0)));
      assertThat(answers)
          .extracting(answer -> answer.getError().getMessage())
          .containsExactly(
              "",
              "text is empty",
              "text is not valid UTF-8",
              "dimensions is 1000000, and the model's vectors have 32 values",
              "action is not set",
              "");
      assertThat(answers.get(1).getError().getCode())
          .isEqualTo(Status.Code.INVALID_ARGUMENT.value());
      assertThat(answers.get(5).getEmbedding()).isEqualTo(answers.get(0).getEmbedding());
    }
  }
}
