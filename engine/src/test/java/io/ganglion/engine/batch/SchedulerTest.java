package io.ganglion.engine.batch;

import static io.ganglion.engine.batch.Requests.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Conditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SchedulerTest extends SchedulerFixture {
  @Test
  void eachRequestGetsItsOwnAnswer() throws Exception {
    start(Requests.scheduler(2, 10_000));
    List<CompletableFuture<Outcome>> futures = new ArrayList<>();
    for (int id = 0; id < 1_000; id++) {
      futures.add(submit(id, 0));
    }
    for (int id = 0; id < 1_000; id++) {
      assertThat(((Outcome.Answered) get(futures.get(id))).values()[1]).isEqualTo(id - 50f);
    }
  }

  @Test
  void aBatchIsFlushedWhenAllItsOutcomesHaveBeenTold() throws Exception {
    start(Requests.scheduler(1, 100));
    CountDownLatch waiting = new CountDownLatch(1);
    cores.script(
        (index, batch) -> {
          awaitUninterruptibly(waiting);
          return ScriptedCores.answer(batch);
        });
    CompletableFuture<Outcome> first = submit(0, 0);
    List<String> told = new CopyOnWriteArrayList<>();
    Conditions.await(() -> scheduler.queueDepth() == 0);
    for (int id = 1; id <= 3; id++) {
      assertThat(scheduler.submit(recorded(id, told))).isTrue();
    }
    waiting.countDown();
    assertThat(get(first)).isInstanceOf(Outcome.Answered.class);
    Conditions.await(() -> told.size() == 6);
    assertThat(told)
        .containsExactly("outcome 1", "outcome 2", "outcome 3", "flush 1", "flush 2", "flush 3");
  }

  @Test
  void aRequestThatIsRefusedIsFlushedAtOnce() {
    List<String> told = new ArrayList<>();
    recorded(1, told).cancel();
    assertThat(told).containsExactly("outcome 1", "flush 1");
  }

  private PendingRequest recorded(int id, List<String> told) {
    Completion completion =
        new Completion() {
          @Override
          public void complete(Outcome outcome) {
            told.add("outcome " + id);
          }

          @Override
          public void flush() {
            told.add("flush " + id);
          }
        };
    return new PendingRequest(
        Requests.CLIENT,
        Requests.tokens(10, id),
        clock.nanoTime(),
        PendingRequest.NO_DEADLINE,
        completion);
  }

  @Test
  void aWaitingRequestExpiresByItselfAndIsNeverRun() throws Exception {
    Semaphore permits = new Semaphore(0);
    List<Integer> ran = java.util.Collections.synchronizedList(new ArrayList<>());
    cores.script(
        (index, batch) -> {
          permits.acquireUninterruptibly();
          for (int i = 0; i < batch.size(); i++) {
            ran.add(batch.inputIds()[batch.offsets()[i] + 1]);
          }
          return ScriptedCores.answer(batch);
        });
    start(Requests.scheduler(1, 100));
    CompletableFuture<Outcome> first = submit(1, 0);
    Conditions.await(() -> scheduler.queueDepth() == 0);
    CompletableFuture<Outcome> expiring = submit(2, 20 * MS);
    assertThat(get(expiring)).isInstanceOf(Outcome.Expired.class);
    assertThat(scheduler.queueDepth()).isZero(); // its place is free at once
    permits.release(10);
    assertThat(get(first)).isInstanceOf(Outcome.Answered.class);
    assertThat(ran).containsExactly(1);
  }

  @Test
  void aFullQueueRefusesAtOnceWithARetryTime() throws Exception {
    Semaphore permits = new Semaphore(0);
    cores.script(
        (index, batch) -> {
          permits.acquireUninterruptibly();
          return ScriptedCores.answer(batch);
        });
    start(Requests.scheduler(1, 5));
    List<CompletableFuture<Outcome>> futures = new ArrayList<>();
    futures.add(submit(0, 0));
    Conditions.await(() -> scheduler.queueDepth() == 0);
    for (int id = 1; id <= 5; id++) {
      futures.add(submit(id, 0));
    }
    assertThat(get(submit(6, 0)))
        .isInstanceOfSatisfying(
            Outcome.Overloaded.class,
            overloaded -> {
              assertThat(overloaded.reason()).isEqualTo(Outcome.Refusal.QUEUE_FULL);
              assertThat(overloaded.retryAfterNs()).isPositive();
            });
    permits.release(100);
    for (CompletableFuture<Outcome> future : futures) {
      assertThat(get(future)).isInstanceOf(Outcome.Answered.class);
    }
  }

  @Test
  void drainingAnswersAllThatWasTaken() throws Exception {
    cores.script(
        (index, batch) -> {
          java.util.concurrent.locks.LockSupport.parkNanos(MS); // so that a queue builds up
          return ScriptedCores.answer(batch);
        });
    start(Requests.scheduler(2, 1_000));
    List<CompletableFuture<Outcome>> futures = new ArrayList<>();
    for (int id = 0; id < 200; id++) {
      futures.add(submit(id, 0));
    }
    assertThat(scheduler.drain(Duration.ofSeconds(10))).isTrue();
    for (CompletableFuture<Outcome> future : futures) {
      assertThat(future.isDone()).isTrue();
      assertThat(get(future)).isInstanceOf(Outcome.Answered.class);
    }
    assertThat(
            scheduler.submit(
                Requests.request(5, 1, 0, PendingRequest.NO_DEADLINE, new CompletableFuture<>())))
        .isFalse();
  }

  @Test
  void drainingGivesUpAfterItsTimeout() throws Exception {
    Semaphore permits = new Semaphore(0);
    cores.script(
        (index, batch) -> {
          permits.acquireUninterruptibly();
          return ScriptedCores.answer(batch);
        });
    start(Requests.scheduler(1, 100));
    CompletableFuture<Outcome> running = submit(1, 0);
    Conditions.await(() -> scheduler.queueDepth() == 0);
    CompletableFuture<Outcome> waiting = submit(2, 0);
    assertThat(scheduler.drain(Duration.ofMillis(50))).isFalse();
    assertThat(get(running)).isInstanceOf(Outcome.Unavailable.class);
    assertThat(get(waiting)).isInstanceOf(Outcome.Unavailable.class);
    permits.release(10);
  }
}
