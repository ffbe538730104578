package io.ganglion.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests that the gate bounds what is in flight, and forgets nothing that waits. */
class CallGateTest {
  private final List<CompletableFuture<Integer>> begun = new ArrayList<>();

  private CompletableFuture<Integer> begin() {
    CompletableFuture<Integer> call = new CompletableFuture<>();
    begun.add(call);
    return call;
  }

  @Test
  void noMoreAreInFlightThanItsBoundAndEachEndMakesRoomForOne() {
    CallGate gate = new CallGate(3);
    List<CompletableFuture<Integer>> answers =
        IntStream.range(0, 10).mapToObj(i -> gate.call(this::begin)).toList();
    assertThat(begun).hasSize(3);
    for (int i = 0; i < 10; i++) {
      begun.get(i).complete(i);
      assertThat(begun).hasSize(Math.min(10, 4 + i));
    }
    for (int i = 0; i < 10; i++) {
      assertThat(answers.get(i)).isCompletedWithValue(i);
    }
  }

  @Test
  void aFailureMakesRoomAsAnAnswerDoes() {
    CallGate gate = new CallGate(1);
    CompletableFuture<Integer> failed = gate.call(this::begin);
    CompletableFuture<Integer> thrown =
        gate.call(
            () -> {
              throw new IllegalStateException("it does not begin");
            });
    CompletableFuture<Integer> last = gate.call(this::begin);
    begun.get(0).completeExceptionally(new IllegalStateException("it failed"));
    assertThat(failed).isCompletedExceptionally();
    assertThat(thrown).isCompletedExceptionally();
    begun.get(1).complete(7);
    assertThat(last).isCompletedWithValue(7);
  }

  @Test
  void whatIsGivenUpWhileItWaitsNeverBegins() {
    CallGate gate = new CallGate(1);
    CompletableFuture<Integer> first = gate.call(this::begin);
    CompletableFuture<Integer> second = gate.call(this::begin);
    second.cancel(false);
    first.cancel(false);
    assertThat(begun).hasSize(1);
    assertThat(begun.get(0)).isCancelled();
    CompletableFuture<Integer> third = gate.call(this::begin);
    begun.get(1).complete(1);
    assertThat(third).isCompletedWithValue(1);
  }

  @Test
  void manyThatEndAtOncePileUpNoStack() {
    CallGate gate = new CallGate(1);
    CompletableFuture<Integer> first = gate.call(this::begin);
    List<CompletableFuture<Integer>> rest =
        IntStream.range(0, 100_000)
            .mapToObj(i -> gate.call(() -> CompletableFuture.completedFuture(i)))
            .toList();
    begun.get(0).complete(0);
    assertThat(first).isDone();
    assertThat(rest).allMatch(CompletableFuture::isDone);
  }
}
