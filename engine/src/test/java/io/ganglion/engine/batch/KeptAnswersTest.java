package io.ganglion.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.core.CoreFault;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A scheduler that keeps answers. */
@Timeout(30)
class KeptAnswersTest extends SchedulerFixture {
  private final AtomicInteger batches = new AtomicInteger();

  private void counting() {
    cores.script(
        (index, batch) -> {
          batches.incrementAndGet();
          return ScriptedCores.answer(batch);
        });
  }

  @Test
  void whatIsAskedAgainIsAnsweredWithTheSameBitsAndWithoutACore() throws Exception {
    start(Requests.scheduler(1, 10, 1 << 20));
    counting();
    Outcome.Answered first = (Outcome.Answered) get(submit(7, 0));
    Outcome.Answered again = (Outcome.Answered) get(submit(7, 0));
    assertThat(again.values()).isSameAs(first.values());
    assertThat(again.batchSize()).isZero();
    assertThat(again.inferenceNs()).isZero();
    assertThat(batches).hasValue(1);
    assertThat(scheduler.cacheBytes()).isPositive();
    assertThat(((Outcome.Answered) get(submit(8, 0))).values()).isNotEqualTo(first.values());
  }

  @Test
  void withoutACacheEachIsRun() throws Exception {
    start(Requests.scheduler(1, 10));
    counting();
    get(submit(7, 0));
    get(submit(7, 0));
    assertThat(batches).hasValue(2);
    assertThat(scheduler.cacheBytes()).isZero();
  }

  @Test
  void aFailureIsNotKept() throws Exception {
    start(Requests.scheduler(1, 10, 1 << 20));
    cores.script(
        (index, batch) -> {
          throw new CoreFault(CoreFault.Scope.BATCH, "this batch");
        });
    assertThat(get(submit(7, 0))).isInstanceOf(Outcome.Unavailable.class);
    counting();
    assertThat(get(submit(7, 0))).isInstanceOf(Outcome.Answered.class);
    assertThat(batches).hasValue(1);
  }

  @Test
  void aFullQueueRefusesNoneThatIsKeptOrWaitedFor() throws Exception {
    start(Requests.scheduler(1, 1, 1 << 20));
    get(submit(7, 0));
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch busy = new CountDownLatch(1);
    cores.script(
        (index, batch) -> {
          busy.countDown();
          awaitUninterruptibly(release);
          return ScriptedCores.answer(batch);
        });
    CompletableFuture<Outcome> running = submit(1, 0);
    busy.await();
    CompletableFuture<Outcome> waiting = submit(2, 0);
    CompletableFuture<Outcome> equal = submit(2, 0);
    assertThat(get(submit(3, 0))).isInstanceOf(Outcome.Overloaded.class);
    assertThat(get(submit(7, 0))).isInstanceOf(Outcome.Answered.class);
    assertThat(scheduler.overload(Requests.CLIENT, 0, PendingRequest.NO_DEADLINE)).isNull();
    release.countDown();
    assertThat(get(running)).isInstanceOf(Outcome.Answered.class);
    assertThat(((Outcome.Answered) get(equal)).values())
        .isSameAs(((Outcome.Answered) get(waiting)).values());
  }

  @Test
  void whatIsKeptStaysWithinItsBound() throws Exception {
    long bytes = 100_000;
    start(Requests.scheduler(1, 10_000, bytes));
    for (int id = 0; id < 2_000; id++) {
      get(submit(id, 0));
    }
    assertThat(scheduler.cacheBytes()).isBetween(bytes / 2, bytes);
  }

  @Test
  void closingForgetsAll() throws Exception {
    start(Requests.scheduler(1, 10, 1 << 20));
    get(submit(7, 0));
    scheduler.close();
    assertThat(scheduler.cacheBytes()).isZero();
  }
}
