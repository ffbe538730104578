package io.ganglion.engine.batch;

import static io.ganglion.engine.batch.Requests.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.model.OutputActivation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request that was cancelled or has expired never runs, in any race. */
class NeverRunTest {
  private static final int EACH = 10_000;

  @Test
  @Timeout(120)
  void tenThousandCancelledAndTenThousandExpiredRequestsAreNeverRun() throws Exception {
    NanoClock clock = NanoClock.system();
    Set<Integer> ran = ConcurrentHashMap.newKeySet();
    ScriptedCores cores =
        new ScriptedCores(
            (index, batch) -> {
              for (int i = 0; i < batch.size(); i++) {
                ran.add(batch.inputIds()[batch.offsets()[i] + 1]);
              }
              LockSupport.parkNanos(MS / 2); // so that other requests wait and can be cancelled
              return ScriptedCores.answer(batch);
            });
    Scheduler scheduler =
        new Scheduler(
            Requests.scheduler(2, 100_000),
            cores,
            core -> {},
            OutputActivation.IDENTITY::apply,
            clock,
            BatchEvents.none());
    scheduler.start();
    scheduler.awaitReady();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<CompletableFuture<Outcome>> futures = new ArrayList<>();
    int cancelled = 0;
    int expired = 0;
    List<PendingRequest> toCancel = new ArrayList<>();
    while (cancelled < EACH || expired < EACH) {
      int id = futures.size();
      CompletableFuture<Outcome> future = new CompletableFuture<>();
      futures.add(future);
      long now = clock.nanoTime();
      boolean expires = random.nextBoolean();
      long deadline = expires ? now + random.nextInt(20) * MS : PendingRequest.NO_DEADLINE;
      PendingRequest request = Requests.request(5, id, now, deadline, future);
      assertThat(scheduler.submit(request)).isTrue();
      if (!expires) {
        toCancel.add(request);
      }
      if (toCancel.size() > 200) {
        toCancel.forEach(PendingRequest::cancel);
        toCancel.clear();
      }
      if (id % 1_000 == 999) {
        cancelled = count(futures, Outcome.Cancelled.class);
        expired = count(futures, Outcome.Expired.class);
      }
    }
    assertThat(scheduler.drain(java.time.Duration.ofSeconds(60))).isTrue();
    int wrong = 0;
    for (int id = 0; id < futures.size(); id++) {
      Outcome outcome = futures.get(id).get(10, TimeUnit.SECONDS);
      boolean answered = outcome instanceof Outcome.Answered;
      wrong += answered == ran.contains(id) ? 0 : 1;
    }
    System.out.printf(
        "%d requests: %d cancelled, %d expired, %d run although dead%n",
        futures.size(), cancelled, expired, wrong);
    assertThat(wrong).as("seed %s", seed).isZero();
    scheduler.close();
  }

  private static int count(
      List<CompletableFuture<Outcome>> futures, Class<? extends Outcome> type) {
    int count = 0;
    for (CompletableFuture<Outcome> future : futures) {
      count += type.isInstance(future.getNow(null)) ? 1 : 0;
    }
    return count;
  }
}
