package io.ganglion.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.model.OutputActivation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A scheduler on scripted cores, closed after each test. */
abstract class SchedulerFixture {
  final NanoClock clock = NanoClock.system();
  final ScriptedCores cores = ScriptedCores.nullCores();
  Scheduler scheduler;

  @AfterEach
  void close() throws InterruptedException {
    if (scheduler != null) {
      scheduler.close();
    }
  }

  Scheduler start(SchedulerConfig config) throws Exception {
    scheduler =
        new Scheduler(
            config, cores, core -> {}, OutputActivation.IDENTITY::apply, clock, BatchEvents.none());
    scheduler.start();
    scheduler.awaitReady();
    return scheduler;
  }

  CompletableFuture<Outcome> submit(int id, long timeoutNs) {
    long now = clock.nanoTime();
    CompletableFuture<Outcome> future = new CompletableFuture<>();
    long deadline = timeoutNs == 0 ? PendingRequest.NO_DEADLINE : now + timeoutNs;
    assertThat(scheduler.submit(Requests.request(10, id, now, deadline, future))).isTrue();
    return future;
  }

  static Outcome get(CompletableFuture<Outcome> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }

  static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
