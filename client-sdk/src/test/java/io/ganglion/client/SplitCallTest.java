package io.ganglion.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.client.SplitCall.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SplitCallTest {
  private final List<CompletableFuture<Integer>> sent = new ArrayList<>();

  /** A call of ten parts, each of which is answered with the number of its first item. */
  private SplitCall<Integer, List<Integer>> tenParts() {
    List<Part> parts = SplitCall.cut(Collections.nCopies(2_560, "a"));
    assertThat(parts).hasSize(10);
    SplitCall<Integer, List<Integer>> call =
        new SplitCall<>(
            parts,
            part -> {
              CompletableFuture<Integer> answer = new CompletableFuture<>();
              sent.add(answer);
              return answer;
            },
            answers -> answers);
    call.sendMore();
    return call;
  }

  @Test
  void aListIsCutByItsNumberAndByItsBytesAndNothingIsLost() {
    List<String> texts = new ArrayList<>(Collections.nCopies(600, "short"));
    texts.set(10, "x".repeat(1_000_000));
    List<Part> parts = SplitCall.cut(texts);
    assertThat(parts.stream().flatMap(part -> part.items().stream())).isEqualTo(texts);
    assertThat(parts).allMatch(part -> part.items().size() <= 256);
    assertThat(parts).extracting(Part::from).startsWith(0, 10, 11);
    assertThat(SplitCall.cut(List.of())).isEmpty();
  }

  @Test
  void fourPartsAreInFlightAndTheAnswersKeepTheirOrder() {
    SplitCall<Integer, List<Integer>> call = tenParts();
    assertThat(sent).hasSize(4);
    sent.get(3).complete(3);
    assertThat(sent).hasSize(5);
    for (int i = 0; i < 10; i++) {
      sent.get(i).complete(i);
      assertThat(call.isDone()).isEqualTo(i == 9);
    }
    assertThat(call.join()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void theFirstFailureEndsTheWholeAndCancelsTheOthers() {
    SplitCall<Integer, List<Integer>> call = tenParts();
    IllegalStateException failure = new IllegalStateException("no");
    sent.get(2).completeExceptionally(failure);
    assertThat(call).isCompletedExceptionally();
    assertThat(sent).hasSize(4);
    assertThat(sent.get(0)).isCancelled();
    assertThat(sent.get(3)).isCancelled();
  }

  @Test
  void cancellingTheWholeCancelsItsParts() {
    SplitCall<Integer, List<Integer>> call = tenParts();
    call.cancel(false);
    assertThat(sent).hasSize(4).allMatch(CompletableFuture::isCancelled);
  }

  @Test
  void nothingToSendIsAnsweredAtOnce() {
    SplitCall<Integer, Integer> call =
        new SplitCall<>(List.of(), part -> new CompletableFuture<>(), List::size);
    assertThat(call).isCompletedWithValue(0);
  }
}
