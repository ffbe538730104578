package io.ganglion.engine.batch;

import static io.ganglion.engine.batch.Requests.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.api.Conditions;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.Outputs;
import io.ganglion.runtime.model.OutputActivation;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the scheduler does about cores that fail, hang or never open. */
@Timeout(30)
class CoreFaultsTest extends SchedulerFixture {
  @Test
  void whatWasLeftToACoreThatStallsIsTakenByAnother() throws Exception {
    start(Requests.scheduler(2, 100));
    for (int id = 0; id < 200; id++) { // the cores' cost is known to be tiny
      get(submit(id, 0));
    }
    CountDownLatch stalled = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    cores.script(
        (index, batch) -> {
          if (first.getAndSet(false)) {
            awaitUninterruptibly(stalled);
          }
          return ScriptedCores.answer(batch);
        });
    CompletableFuture<Outcome> held = submit(1, 0);
    Conditions.await(() -> !first.get());
    for (int id = 2; id < 50; id++) {
      assertThat(get(submit(id, 0))).isInstanceOf(Outcome.Answered.class);
    }
    assertThat(held).isNotDone();
    stalled.countDown();
    assertThat(get(held)).isInstanceOf(Outcome.Answered.class);
  }

  @Test
  void aFaultFailsOnlyItsBatchAndTheCoreComesBack() throws Exception {
    start(Requests.scheduler(1, 100));
    cores.script(
        (index, batch) -> {
          throw new CoreFault(CoreFault.Scope.CORE, "broken");
        });
    assertThat(get(submit(1, 0))).isInstanceOf(Outcome.Unavailable.class);
    cores.script((index, batch) -> ScriptedCores.answer(batch));
    Conditions.await(() -> scheduler.healthyCores() == 1);
    assertThat(get(submit(2, 0))).isInstanceOf(Outcome.Answered.class);
    assertThat(cores.opened).hasValue(2);
    assertThat(cores.closed).hasValue(1);
  }

  @Test
  void nanIsAFaultAndNeverAnAnswer() throws Exception {
    start(Requests.scheduler(1, 100));
    cores.script((index, batch) -> Outputs.ofSequences(new float[] {Float.NaN, 0}, 2));
    assertThat(get(submit(1, 0))).isInstanceOf(Outcome.Unavailable.class);
    Conditions.await(() -> cores.closed.get() == 1);
  }

  @Test
  void aRuntimeExceptionOrErrorIsAFaultToo() throws Exception {
    start(Requests.scheduler(1, 100));
    cores.script(
        (index, batch) -> {
          throw new StackOverflowError();
        });
    assertThat(get(submit(1, 0))).isInstanceOf(Outcome.Unavailable.class);
    cores.script((index, batch) -> ScriptedCores.answer(batch));
    Conditions.await(() -> scheduler.healthyCores() == 1);
    assertThat(get(submit(2, 0))).isInstanceOf(Outcome.Answered.class);
  }

  @Test
  void aHangingCoreIsReplacedAndItsBatchAnswered() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    SchedulerConfig usual = Requests.scheduler(1, 100);
    start(
        new SchedulerConfig(
            1,
            1,
            usual.batch(),
            usual.admission(),
            Requests.coreLimits(Duration.ofMillis(100)),
            0));
    cores.script(
        (index, batch) -> {
          awaitUninterruptibly(release);
          return ScriptedCores.answer(batch);
        });
    CompletableFuture<Outcome> hung = submit(1, 0);
    assertThat(get(hung)).isInstanceOf(Outcome.Unavailable.class);
    cores.script((index, batch) -> ScriptedCores.answer(batch));
    Conditions.await(() -> scheduler.healthyCores() == 1);
    assertThat(get(submit(2, 0))).isInstanceOf(Outcome.Answered.class);
    release.countDown(); // it returns too late: its answer is useless
    Conditions.await(() -> cores.closed.get() == 1);
  }

  @Test
  void withoutAHealthyCoreWaitingRequestsAreAnsweredAndNewOnesRefused() throws Exception {
    Semaphore permits = new Semaphore(0);
    cores.script(
        (index, batch) -> {
          permits.acquireUninterruptibly();
          throw new CoreFault(CoreFault.Scope.CORE, "broken");
        });
    start(Requests.scheduler(1, 100));
    List<CompletableFuture<Outcome>> futures = new ArrayList<>();
    for (int id = 0; id < 20; id++) {
      futures.add(submit(id, 0));
    }
    cores.onOpen(
        (index, batch) -> {
          throw new CoreFault(CoreFault.Scope.CORE, "gone");
        });
    permits.release();
    for (CompletableFuture<Outcome> future : futures) {
      assertThat(get(future)).isInstanceOf(Outcome.Unavailable.class);
    }
    assertThat(scheduler.healthyCores()).isZero();
    assertThat(get(submit(99, 0)))
        .isInstanceOfSatisfying(
            Outcome.Unavailable.class, u -> assertThat(u.retryAfterNs()).isPositive());
  }

  @Test
  void aCoreThatFailsItsCheckKeepsTheEngineFromBeingReady() throws Exception {
    scheduler =
        new Scheduler(
            Requests.scheduler(2, 10),
            cores,
            core -> {
              throw new CoreFault(CoreFault.Scope.CORE, "wrong answers");
            },
            OutputActivation.IDENTITY::apply,
            clock,
            BatchEvents.none());
    scheduler.start();
    assertThatThrownBy(scheduler::awaitReady)
        .isInstanceOf(CoreFault.class)
        .hasMessage("wrong answers");
  }

  /** Events of which the named ones throw an Error on their first call. */
  private static BatchEvents failingOnce(List<String> failures, String... names) {
    Set<String> left = ConcurrentHashMap.newKeySet();
    left.addAll(List.of(names));
    return (BatchEvents)
        Proxy.newProxyInstance(
            BatchEvents.class.getClassLoader(),
            new Class<?>[] {BatchEvents.class},
            (self, method, arguments) -> {
              if (left.remove(method.getName())) {
                throw new NoClassDefFoundError("the class that writes a line of log");
              }
              if (method.getName().equals("onThreadFailure")) {
                failures.add(String.valueOf(arguments[0]));
              }
              return null;
            });
  }

  @Test
  void anErrorWhileABatchIsCountedCostsNoRequestItsAnswerAndNoCoreItsThread() throws Exception {
    List<String> failures = new CopyOnWriteArrayList<>();
    scheduler =
        new Scheduler(
            Requests.scheduler(1, 100),
            cores,
            core -> {},
            OutputActivation.IDENTITY::apply,
            clock,
            failingOnce(failures, "onBatchStart", "onExpired"));
    scheduler.start();
    scheduler.awaitReady();
    assertThat(get(submit(1, 0))).isInstanceOf(Outcome.Unavailable.class);
    Conditions.await(() -> scheduler.healthyCores() == 1 && cores.opened.get() == 2);
    assertThat(get(submit(2, 0))).isInstanceOf(Outcome.Answered.class);
    assertThat(failures).contains("ganglion-core-0");
  }

  @Test
  void anErrorWhileADeadlineIsCountedDoesNotEndTheThreadOfDeadlines() throws Exception {
    List<String> failures = new CopyOnWriteArrayList<>();
    scheduler =
        new Scheduler(
            Requests.scheduler(1, 100),
            cores,
            core -> {},
            OutputActivation.IDENTITY::apply,
            clock,
            failingOnce(failures, "onExpired"));
    scheduler.start();
    scheduler.awaitReady();
    CountDownLatch hold = new CountDownLatch(1);
    cores.script(
        (index, batch) -> {
          awaitUninterruptibly(hold);
          return ScriptedCores.answer(batch);
        });
    CompletableFuture<Outcome> running = submit(1, 0);
    Conditions.await(() -> scheduler.queueDepth() == 0);
    assertThat(get(submit(2, 50 * MS))).isInstanceOf(Outcome.Expired.class);
    assertThat(get(submit(3, 50 * MS))).isInstanceOf(Outcome.Expired.class);
    assertThat(failures).contains("ganglion-deadlines");
    hold.countDown();
    assertThat(get(running)).isInstanceOf(Outcome.Answered.class);
  }
}
