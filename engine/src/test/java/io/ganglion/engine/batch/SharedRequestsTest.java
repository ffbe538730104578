package io.ganglion.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Equal requests that wait for one computation, in virtual time. */
class SharedRequestsTest {
  private static final long NONE = PendingRequest.NO_DEADLINE;
  private static final int CAPACITY = 4;

  private final ManualClock clock = new ManualClock();
  private RequestQueue queue = queue(CAPACITY);

  private RequestQueue queue(int capacity) {
    BatchPolicy policy = new BatchPolicy(Requests.limits(2, 100));
    return new RequestQueue(capacity, 100, true, policy, new CostModel(), clock);
  }

  /** A request, its outcome and the time from which it may be given up. */
  private record Asked(
      PendingRequest request, CompletableFuture<Outcome> outcome, int id, long deadlineNs) {}

  private Asked ask(int id, long deadlineNs) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    long now = clock.nanoTime();
    PendingRequest request = Requests.request(3, id, now, deadlineNs, outcome);
    if (!queue.follow(request) && queue.offer(request).answer() != RequestQueue.Answer.ACCEPTED) {
      request.completeWaiting(new Outcome.Overloaded(Outcome.Refusal.QUEUE_FULL, "full", 1));
    }
    return new Asked(request, outcome, id, deadlineNs);
  }

  private List<PendingRequest> cut() {
    RequestQueue.Batch batch = queue.poll(clock.nanoTime(), 1);
    if (batch == null) {
      return List.of();
    }
    Scheduler.expireAll(batch.expired(), BatchEvents.none());
    queue.ended(batch);
    return batch.requests();
  }

  private static Outcome answer(PendingRequest request) {
    float id = request.tokens().inputIds()[1];
    return new Outcome.Answered(new float[] {id}, 5, 7, 1, 0, request.length());
  }

  private void run(List<PendingRequest> requests) {
    requests.forEach(request -> request.complete(answer(request)));
  }

  @Test
  void equalRequestsAreRunOnceAndEachIsAnswered() {
    Asked first = ask(1, NONE);
    clock.advance(3);
    Asked second = ask(1, NONE);
    Asked other = ask(2, NONE);
    assertThat(queue.depth()).isEqualTo(2);
    List<PendingRequest> batch = cut();
    assertThat(batch).containsExactly(first.request, other.request);
    Asked whileItRuns = ask(1, NONE);
    run(batch);
    Outcome.Answered answered = (Outcome.Answered) first.outcome.join();
    assertThat(second.outcome.join())
        .isEqualTo(new Outcome.Answered(answered.values(), 2, 7, 1, 0, 3));
    assertThat(whileItRuns.outcome).isCompleted();
    assertThat(ask(1, NONE).outcome).isNotDone();
    assertThat(queue.depth()).isEqualTo(1);
  }

  @Test
  void whoeverLeavesTakesNobodyAlong() {
    Asked first = ask(1, NONE);
    Asked second = ask(1, NONE);
    Asked third = ask(1, NONE);
    assertThat(first.request.cancel()).isTrue();
    assertThat(third.request.cancel()).isTrue();
    assertThat(second.outcome).isNotDone();
    assertThat(queue.depth()).isEqualTo(1);
    List<PendingRequest> batch = cut();
    assertThat(batch).containsExactly(second.request);
    run(batch);
    assertThat(second.outcome.join()).isInstanceOf(Outcome.Answered.class);
    assertThat(first.outcome.join()).isInstanceOf(Outcome.Cancelled.class);
  }

  @Test
  void whenAllHaveLeftNothingIsRun() {
    Asked first = ask(1, NONE);
    Asked second = ask(1, NONE);
    first.request.cancel();
    second.request.cancel();
    assertThat(queue.depth()).isZero();
    assertThat(cut()).isEmpty();
  }

  @Test
  void eachKeepsItsOwnDeadline() throws Exception {
    Asked shortest = ask(1, 10);
    Asked longest = ask(1, 100);
    Asked middle = ask(1, 50);
    clock.set(20);
    Scheduler.expireAll(queue.awaitExpired(), BatchEvents.none());
    assertThat(shortest.outcome.join()).isInstanceOf(Outcome.Expired.class);
    assertThat(longest.outcome).isNotDone();
    List<PendingRequest> batch = cut();
    assertThat(batch).as("the one that can wait longest").containsExactly(longest.request);
    clock.set(60);
    Scheduler.expireAll(queue.awaitExpired(), BatchEvents.none());
    assertThat(middle.outcome.join()).isInstanceOf(Outcome.Expired.class);
    run(batch);
    assertThat(longest.outcome.join()).isInstanceOf(Outcome.Answered.class);
  }

  @Test
  void aComputationIsAsUrgentAsTheMostUrgentOfItsCallers() {
    Asked patient = ask(1, 900);
    Asked between = ask(2, 500);
    Asked urgent = ask(1, 100);
    List<PendingRequest> batch = cut();
    assertThat(batch).containsExactly(patient.request, between.request);
    run(batch);
    assertThat(urgent.outcome).isCompleted();
  }

  @Test
  void aFailureIsThatOfAllWhoWaitedForIt() {
    Asked first = ask(1, NONE);
    Asked second = ask(1, NONE);
    cut().get(0).complete(new Outcome.Unavailable("the core failed", 0));
    assertThat(second.outcome.join()).isEqualTo(first.outcome.join());
    ask(1, NONE);
    assertThat(cut()).as("the next is run").hasSize(1);
  }

  @Test
  void followersAreBounded() {
    for (int i = 0; i < 1 + CAPACITY; i++) {
      ask(1, NONE);
    }
    assertThat(queue.depth()).isEqualTo(1);
    ask(1, NONE);
    assertThat(queue.depth()).as("with a place of its own").isEqualTo(2);
  }

  @Test
  void whatIsClearedHasItsFollowers() {
    Asked running = ask(2, NONE);
    cut();
    ask(1, NONE);
    ask(1, NONE);
    ask(2, NONE);
    queue.close();
    List<PendingRequest> all = queue.clear();
    assertThat(all).hasSize(3);
    all.forEach(request -> request.completeWaiting(new Outcome.Cancelled()));
    assertThat(queue.depth()).isZero();
    run(List.of(running.request));
  }

  /** Each request has one outcome, and nothing is run twice at a time. */
  @Test
  void everyScheduleAnswersEachOnce() {
    for (long seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      queue = queue(60);
      clock.set(0);
      List<Asked> all = new ArrayList<>(List.of(ask(0, NONE)));
      List<PendingRequest> running = new ArrayList<>();
      for (int step = 0; step < 60; step++) {
        switch (random.nextInt(6)) {
          case 0, 1, 2 -> {
            boolean hurried = random.nextBoolean();
            all.add(
                ask(random.nextInt(3), hurried ? clock.nanoTime() + 1 + random.nextInt(30) : NONE));
          }
          case 3 -> all.get(random.nextInt(all.size())).request.cancel();
          case 4 -> running.addAll(cut());
          default -> {
            clock.advance(random.nextInt(10));
            run(running);
            running.clear();
          }
        }
        assertThat(running.stream().map(PendingRequest::key))
            .as("seed %d", seed)
            .doesNotHaveDuplicates();
      }
      run(running);
      List<PendingRequest> rest = cut();
      while (!rest.isEmpty() || queue.depth() > 0) {
        run(rest);
        rest = cut();
      }
      for (Asked asked : all) {
        assertThat(asked.outcome).as("seed %d", seed).isCompleted();
        Outcome outcome = asked.outcome.join();
        if (outcome instanceof Outcome.Answered answered) {
          assertThat(answered.values()[0]).isEqualTo(asked.id);
        } else if (outcome instanceof Outcome.Expired) {
          assertThat(asked.deadlineNs).isLessThanOrEqualTo(clock.nanoTime());
        }
      }
    }
  }
}
