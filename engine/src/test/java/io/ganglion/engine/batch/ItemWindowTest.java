package io.ganglion.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ItemWindowTest {
  private static final Outcome WRONG = new Outcome.Invalid("it is empty");
  private static final Outcome DRAINING = new Outcome.Unavailable("the server stops", 0);

  private static PendingRequest request(CompletableFuture<Outcome> future) {
    return Requests.request(3, 1, 0, PendingRequest.NO_DEADLINE, future);
  }

  @Test
  void noMoreAreTakenThanMayBeInFlight() {
    ItemWindow window = new ItemWindow(3, 2);
    assertThat(window.take()).isZero();
    assertThat(window.take()).isEqualTo(1);
    assertThat(window.take()).isEqualTo(-1);
    window.completed(1, WRONG);
    assertThat(window.take()).isEqualTo(2);
  }

  @Test
  void itEndsOnceWithTheOutcomesInTheOrderOfTheItems() {
    ItemWindow window = new ItemWindow(2, 2);
    Outcome other = new Outcome.Invalid("it is too long");
    window.completed(1, other);
    assertThat(window.takeEnd()).isNull();
    window.completed(0, WRONG);
    assertThat(window.takeEnd()).isEqualTo(new ItemWindow.End.Complete(List.of(WRONG, other)));
    assertThat(window.takeEnd()).isNull();
  }

  @Test
  void aFailureThatIsNotTheItemsOwnEndsTheCallAndCancelsTheOthers() {
    ItemWindow window = new ItemWindow(3, 2);
    CompletableFuture<Outcome> left = new CompletableFuture<>();
    window.submitted(window.take(), request(left));
    window.completed(window.take(), DRAINING);
    assertThat(window.take()).isEqualTo(-1);
    assertThat(window.takeEnd()).isEqualTo(new ItemWindow.End.Failed(DRAINING));
    assertThat(left).isCompletedWithValueMatching(Outcome.Cancelled.class::isInstance);
  }

  @Test
  void whatIsSubmittedAfterTheCallWasGivenUpIsCancelled() {
    ItemWindow window = new ItemWindow(1, 1);
    int index = window.take();
    window.cancel();
    CompletableFuture<Outcome> late = new CompletableFuture<>();
    window.submitted(index, request(late));
    assertThat(late).isCompletedWithValueMatching(Outcome.Cancelled.class::isInstance);
    assertThat(window.takeEnd()).isNull();
  }

  @Test
  void oneStepIsEnoughForOutcomesThatCameTogether() {
    ItemWindow window = new ItemWindow(2, 2);
    window.completed(0, WRONG);
    window.completed(1, WRONG);
    assertThat(window.takeNews()).isTrue();
    assertThat(window.takeNews()).isFalse();
  }

  @Test
  void aStepThatIsAskedForWithinAStepComesAfterIt() {
    ItemWindow window = new ItemWindow(1, 1);
    List<String> told = new ArrayList<>();
    window.proceed(
        () -> {
          told.add("begins");
          if (told.size() == 1) {
            window.proceed(() -> told.add("is never run: the step that runs is taken again"));
          }
          told.add("ends");
        });
    assertThat(told).containsExactly("begins", "ends", "begins", "ends");
  }
}
