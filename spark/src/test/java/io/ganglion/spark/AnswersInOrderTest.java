package io.ganglion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.GanglionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.TaskKilledException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The window of items in flight, with answers that the test gives. */
@Timeout(20)
class AnswersInOrderTest {
  private final List<Integer> asked = new ArrayList<>();
  private final Map<Integer, CompletableFuture<String>> open = new HashMap<>();
  private final AtomicInteger released = new AtomicInteger();

  private CompletableFuture<String> leaveOpen(int item) {
    asked.add(item);
    CompletableFuture<String> answer = new CompletableFuture<>();
    open.put(item, answer);
    return answer;
  }

  private AnswersInOrder<Integer, String, String> over(
      Iterator<Integer> items,
      java.util.function.Function<Integer, CompletableFuture<String>> question,
      int most) {
    return new AnswersInOrder<>(
        items,
        question,
        (item, answer) -> item + "=" + answer,
        (item, refusal) -> item % 2 == 0 ? null : item + " refused",
        most,
        released::incrementAndGet);
  }

  private static Iterator<Integer> numbers(int count) {
    return IntStream.range(0, count).iterator();
  }

  private static GanglionException.Overloaded full() {
    return new GanglionException.Overloaded(
        "RESOURCE_EXHAUSTED", "full", Duration.ofMillis(1), null);
  }

  @Test
  void answersThatComeInAnotherOrderAreGivenInThatOfTheItems() {
    AnswersInOrder<Integer, String, String> answers =
        over(
            numbers(3),
            item -> {
              CompletableFuture<String> answer = leaveOpen(item);
              if (item == 2) {
                for (int i = 2; i >= 0; i--) {
                  open.get(i).complete("answer " + i);
                }
              }
              return answer;
            },
            3);
    assertThat(answers).toIterable().containsExactly("0=answer 0", "1=answer 1", "2=answer 2");
    assertThat(released).hasValue(1);
  }

  @Test
  void noMoreItemsAreTakenThanTheWindowHolds() {
    AnswersInOrder<Integer, String, String> answers = over(numbers(1_000_000), this::leaveOpen, 4);
    int free = InFlight.EXECUTOR.free();
    for (int i = 0; i < 50; i++) {
      int last = i;
      if (i == 0) {
        Thread opener = new Thread(() -> awaitAndComplete(last));
        opener.start();
      } else {
        open.get(i).complete("x");
      }
      assertThat(answers.next()).startsWith(i + "=");
      assertThat(asked.size()).isLessThanOrEqualTo(i + 4);
    }
    assertThat(InFlight.EXECUTOR.free()).isEqualTo(free - 3);
    answers.close();
    answers.close();
    assertThat(InFlight.EXECUTOR.free()).isEqualTo(free);
    assertThat(open.get(51)).isCancelled();
    assertThat(answers.hasNext()).isFalse();
    assertThat(released).hasValue(1);
  }

  private void awaitAndComplete(int item) {
    while (!open.containsKey(item)) {
      Thread.onSpinWait();
    }
    open.get(item).complete("x");
  }

  @Test
  void whatHasNothingToAskAndWhatIsRefusedKeepTheirPlaces() {
    AnswersInOrder<Integer, String, String> answers =
        over(
            numbers(6),
            item ->
                switch (item) {
                  case 1 -> null;
                  case 2, 3 ->
                      CompletableFuture.failedFuture(
                          new GanglionException.InvalidRequest("INVALID_ARGUMENT", "bad", null));
                  default -> CompletableFuture.completedFuture("x");
                },
            2);
    assertThat(answers).toIterable().containsExactly("0=x", "1=null", "3 refused", "4=x", "5=x");
  }

  @Test
  void anItemThatAFullServerRefusedIsAskedAgain() {
    AnswersInOrder<Integer, String, String> answers =
        over(
            numbers(40),
            item -> {
              asked.add(item);
              return asked.stream().filter(i -> i.equals(item)).count() < 3
                  ? CompletableFuture.failedFuture(full())
                  : CompletableFuture.completedFuture("x");
            },
            16);
    assertThat(answers).toIterable().hasSize(40);
    assertThat(asked).hasSize(120);
  }

  @Test
  void anyOtherFailureEndsTheTask() {
    AnswersInOrder<Integer, String, String> answers =
        over(
            numbers(4),
            item ->
                CompletableFuture.failedFuture(
                    new GanglionException.Internal("INTERNAL", "broken", null)),
            2);
    assertThatThrownBy(answers::next)
        .isInstanceOf(GanglionException.Internal.class)
        .hasMessage("broken");
    answers.close();
    assertThat(released).hasValue(1);
  }

  @Test
  void anInterruptEndsTheWait() {
    AnswersInOrder<Integer, String, String> answers = over(numbers(4), this::leaveOpen, 2);
    Thread.currentThread().interrupt();
    assertThatThrownBy(answers::next).isInstanceOf(TaskKilledException.class);
    assertThat(Thread.interrupted()).isTrue();
    answers.close();
    assertThat(open.get(0)).isCancelled();
  }

  @Test
  void aTaskGoesOnItemByItemWhereTheExecutorIsFull() {
    List<InFlight.Place> taken = new ArrayList<>();
    for (InFlight.Place place = InFlight.EXECUTOR.place();
        place != null;
        place = InFlight.EXECUTOR.place()) {
      taken.add(place);
    }
    try {
      AnswersInOrder<Integer, String, String> answers =
          over(
              numbers(3),
              item -> {
                asked.add(item);
                return CompletableFuture.completedFuture("x");
              },
              8);
      assertThat(answers.next()).isEqualTo("0=x");
      assertThat(asked).containsExactly(0);
      assertThat(answers).toIterable().hasSize(2);
    } finally {
      taken.forEach(InFlight.Place::leave);
    }
  }
}
