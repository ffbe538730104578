package io.ganglion.server.batch;

import static io.ganglion.server.batch.Requests.MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.client.Conditions;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.Logits;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EngineTest {
  private final NanoClock clock = NanoClock.system();
  private final ScriptedCores cores = ScriptedCores.nullCores();
  private Engine engine;

  @AfterEach
  void close() throws InterruptedException {
    if (engine != null) {
      engine.close();
    }
  }

  private Engine start(EngineConfig config) throws Exception {
    engine =
        new Engine(config, cores, core -> {}, OutputActivation.IDENTITY, clock, BatchEvents.none());
    engine.start();
    engine.awaitReady();
    return engine;
  }

  private CompletableFuture<Outcome> submit(int id, long timeoutNs) {
    long now = clock.nanoTime();
    CompletableFuture<Outcome> future = new CompletableFuture<>();
    long deadline = timeoutNs == 0 ? PendingRequest.NO_DEADLINE : now + timeoutNs;
    assertThat(engine.submit(Requests.request(10, id, now, deadline, future))).isTrue();
    return future;
  }

  private static Outcome get(CompletableFuture<Outcome> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }

  @Test
  void eachRequestGetsItsOwnAnswer() throws Exception {
    start(Requests.engine(2, 10_000));
    List<CompletableFuture<Outcome>> futures = new ArrayList<>();
    for (int id = 0; id < 1_000; id++) {
      futures.add(submit(id, 0));
    }
    for (int id = 0; id < 1_000; id++) {
      assertThat(((Outcome.Answered) get(futures.get(id))).probabilities()[1]).isEqualTo(id - 50f);
    }
  }

  @Test
  void aBatchIsFlushedWhenAllItsOutcomesHaveBeenTold() throws Exception {
    start(Requests.engine(1, 100));
    CountDownLatch waiting = new CountDownLatch(1);
    cores.script(
        (index, batch) -> {
          awaitUninterruptibly(waiting);
          return ScriptedCores.answer(batch);
        });
    CompletableFuture<Outcome> first = submit(0, 0);
    List<String> told = new CopyOnWriteArrayList<>();
    Conditions.await(() -> engine.queueDepth() == 0);
    for (int id = 1; id <= 3; id++) {
      assertThat(engine.submit(recorded(id, told))).isTrue();
    }
    waiting.countDown();
    assertThat(get(first)).isInstanceOf(Outcome.Answered.class);
    Conditions.await(() -> told.size() == 6);
    assertThat(told)
        .containsExactly("outcome 1", "outcome 2", "outcome 3", "flush 1", "flush 2", "flush 3");
  }

  @Test
  void whatWasLeftToACoreThatStallsIsTakenByAnother() throws Exception {
    start(Requests.engine(2, 100));
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
  void aFaultFailsOnlyItsBatchAndTheCoreComesBack() throws Exception {
    start(Requests.engine(1, 100));
    cores.script(
        (index, batch) -> {
          throw new CoreFault(CoreFault.Scope.CORE, "broken");
        });
    assertThat(get(submit(1, 0))).isInstanceOf(Outcome.Unavailable.class);
    cores.script((index, batch) -> ScriptedCores.answer(batch));
    Conditions.await(() -> engine.healthyCores() == 1);
    assertThat(get(submit(2, 0))).isInstanceOf(Outcome.Answered.class);
    assertThat(cores.opened).hasValue(2);
    assertThat(cores.closed).hasValue(1);
  }

  @Test
  void nanIsAFaultAndNeverAnAnswer() throws Exception {
    start(Requests.engine(1, 100));
    cores.script((index, batch) -> new Logits(new float[] {Float.NaN, 0}, 2));
    assertThat(get(submit(1, 0))).isInstanceOf(Outcome.Unavailable.class);
    Conditions.await(() -> cores.closed.get() == 1);
  }

  @Test
  void aRuntimeExceptionOrErrorIsAFaultToo() throws Exception {
    start(Requests.engine(1, 100));
    cores.script(
        (index, batch) -> {
          throw new StackOverflowError();
        });
    assertThat(get(submit(1, 0))).isInstanceOf(Outcome.Unavailable.class);
    cores.script((index, batch) -> ScriptedCores.answer(batch));
    Conditions.await(() -> engine.healthyCores() == 1);
    assertThat(get(submit(2, 0))).isInstanceOf(Outcome.Answered.class);
  }

  @Test
  void aHangingCoreIsReplacedAndItsBatchAnswered() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    EngineConfig usual = Requests.engine(1, 100);
    start(
        new EngineConfig(
            1, 1, usual.batch(), usual.admission(), Requests.coreLimits(Duration.ofMillis(100))));
    cores.script(
        (index, batch) -> {
          awaitUninterruptibly(release);
          return ScriptedCores.answer(batch);
        });
    CompletableFuture<Outcome> hung = submit(1, 0);
    assertThat(get(hung)).isInstanceOf(Outcome.Unavailable.class);
    cores.script((index, batch) -> ScriptedCores.answer(batch));
    Conditions.await(() -> engine.healthyCores() == 1);
    assertThat(get(submit(2, 0))).isInstanceOf(Outcome.Answered.class);
    release.countDown(); // it returns too late: its answer is useless
    Conditions.await(() -> cores.closed.get() == 1);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void withoutAHealthyCoreWaitingRequestsAreAnsweredAndNewOnesRefused() throws Exception {
    Semaphore permits = new Semaphore(0);
    cores.script(
        (index, batch) -> {
          permits.acquireUninterruptibly();
          throw new CoreFault(CoreFault.Scope.CORE, "broken");
        });
    start(Requests.engine(1, 100));
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
    assertThat(engine.healthyCores()).isZero();
    assertThat(get(submit(99, 0)))
        .isInstanceOfSatisfying(
            Outcome.Unavailable.class, u -> assertThat(u.retryAfterNs()).isPositive());
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
    start(Requests.engine(1, 100));
    CompletableFuture<Outcome> first = submit(1, 0);
    Conditions.await(() -> engine.queueDepth() == 0);
    CompletableFuture<Outcome> expiring = submit(2, 20 * MS);
    assertThat(get(expiring)).isInstanceOf(Outcome.Expired.class);
    assertThat(engine.queueDepth()).isZero(); // its place is free at once
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
    start(Requests.engine(1, 5));
    List<CompletableFuture<Outcome>> futures = new ArrayList<>();
    futures.add(submit(0, 0));
    Conditions.await(() -> engine.queueDepth() == 0);
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
    start(Requests.engine(2, 1_000));
    List<CompletableFuture<Outcome>> futures = new ArrayList<>();
    for (int id = 0; id < 200; id++) {
      futures.add(submit(id, 0));
    }
    assertThat(engine.drain(Duration.ofSeconds(10))).isTrue();
    for (CompletableFuture<Outcome> future : futures) {
      assertThat(future.isDone()).isTrue();
      assertThat(get(future)).isInstanceOf(Outcome.Answered.class);
    }
    assertThat(
            engine.submit(
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
    start(Requests.engine(1, 100));
    CompletableFuture<Outcome> running = submit(1, 0);
    Conditions.await(() -> engine.queueDepth() == 0);
    CompletableFuture<Outcome> waiting = submit(2, 0);
    assertThat(engine.drain(Duration.ofMillis(50))).isFalse();
    assertThat(get(running)).isInstanceOf(Outcome.Unavailable.class);
    assertThat(get(waiting)).isInstanceOf(Outcome.Unavailable.class);
    permits.release(10);
  }

  @Test
  void aCoreThatFailsItsCheckKeepsTheEngineFromBeingReady() throws Exception {
    engine =
        new Engine(
            Requests.engine(2, 10),
            cores,
            core -> {
              throw new CoreFault(CoreFault.Scope.CORE, "wrong answers");
            },
            OutputActivation.IDENTITY,
            clock,
            BatchEvents.none());
    engine.start();
    assertThatThrownBy(engine::awaitReady)
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
    engine =
        new Engine(
            Requests.engine(1, 100),
            cores,
            core -> {},
            OutputActivation.IDENTITY,
            clock,
            failingOnce(failures, "onBatchStart", "onExpired"));
    engine.start();
    engine.awaitReady();
    assertThat(get(submit(1, 0))).isInstanceOf(Outcome.Unavailable.class);
    Conditions.await(() -> engine.healthyCores() == 1 && cores.opened.get() == 2);
    assertThat(get(submit(2, 0))).isInstanceOf(Outcome.Answered.class);
    assertThat(failures).contains("ganglion-core-0");
  }

  @Test
  void anErrorWhileADeadlineIsCountedDoesNotEndTheThreadOfDeadlines() throws Exception {
    List<String> failures = new CopyOnWriteArrayList<>();
    engine =
        new Engine(
            Requests.engine(1, 100),
            cores,
            core -> {},
            OutputActivation.IDENTITY,
            clock,
            failingOnce(failures, "onExpired"));
    engine.start();
    engine.awaitReady();
    CountDownLatch hold = new CountDownLatch(1);
    cores.script(
        (index, batch) -> {
          awaitUninterruptibly(hold);
          return ScriptedCores.answer(batch);
        });
    CompletableFuture<Outcome> running = submit(1, 0);
    Conditions.await(() -> engine.queueDepth() == 0);
    assertThat(get(submit(2, 50 * MS))).isInstanceOf(Outcome.Expired.class);
    assertThat(get(submit(3, 50 * MS))).isInstanceOf(Outcome.Expired.class);
    assertThat(failures).contains("ganglion-deadlines");
    hold.countDown();
    assertThat(get(running)).isInstanceOf(Outcome.Answered.class);
  }
}
