package io.ganglion.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.model.OutputActivation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs policy, queue and runner over random schedules of arrivals, deadlines, cancellations and
 * core times, without threads and without waiting. Their promises must hold for every schedule.
 */
class VirtualTimeTest {
  private static final long MS = Requests.MS;

  @Test
  void everyScheduleKeepsThePromises() throws CoreFault {
    for (long seed = 0; seed < 3_000; seed++) {
      new Simulation(seed).run();
    }
  }

  @Test
  @Tag("proof")
  void everyScheduleKeepsThePromisesAtLength() throws CoreFault {
    for (long seed = 1_000_000; seed < 1_100_000; seed++) {
      new Simulation(seed).run();
    }
  }

  /** An action at a time. */
  private record Event(long atNs, int order, Runnable action) {}

  /** A request and its outcome. */
  private static final class Tracked {
    final int id;
    final long arrivalNs;
    PendingRequest request;
    Outcome outcome;
    int outcomes;
    boolean accepted;

    Tracked(int id, long arrivalNs) {
      this.id = id;
      this.arrivalNs = arrivalNs;
    }
  }

  private static final class Simulation {
    private final long seed;
    private final Random random;
    private final ManualClock clock = new ManualClock();
    private final PriorityQueue<Event> events =
        new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingInt(Event::order));
    private final List<Tracked> all = new ArrayList<>();
    private final Set<Integer> ran = new HashSet<>();
    private final BatchLimits limits;
    private final CostModel costs = new CostModel();
    private final RequestQueue queue;
    private final BatchRunner runner;
    private final NeuronCore core;
    private final Client client = new Client("test");
    private final int capacity;
    private int freeCores;
    private int order;

    Simulation(long seed) throws CoreFault {
      this.seed = seed;
      this.random = new Random(seed);
      boolean buckets = random.nextInt(4) == 0;
      this.limits =
          new BatchLimits(
              1 + random.nextInt(8),
              32 + random.nextInt(256),
              8,
              random.nextInt(3) == 0 ? random.nextInt(5) * MS : 0,
              (1 + random.nextInt(50)) * MS,
              buckets ? List.of(16, 32, 64) : List.of());
      this.capacity = 1 + random.nextInt(40);
      this.freeCores = 1 + random.nextInt(4);
      this.queue =
          new RequestQueue(capacity, freeCores, false, new BatchPolicy(limits), costs, clock);
      this.runner =
          new BatchRunner(
              limits.maxRequests(),
              OutputActivation.IDENTITY::apply,
              null,
              costs,
              clock,
              BatchEvents.none());
      this.core =
          new ScriptedCores(
                  (index, batch) -> {
                    for (int i = 0; i < batch.size(); i++) {
                      int id = batch.inputIds()[batch.offsets()[i] + 1];
                      assertThat(ran.add(id)).as("run twice: %s, seed %s", id, seed).isTrue();
                    }
                    return ScriptedCores.answer(batch);
                  })
              .open(0);
    }

    void run() throws CoreFault {
      int requests = 20 + random.nextInt(100);
      long at = 0;
      for (int i = 0; i < requests; i++) {
        at += (long) (random.nextDouble() * random.nextDouble() * 6 * MS);
        arrive(i, at);
      }
      while (!events.isEmpty()) {
        Event event = events.remove();
        clock.set(event.atNs());
        event.action().run();
        serve();
      }
      check();
    }

    private void schedule(long atNs, Runnable action) {
      events.add(new Event(atNs, order++, action));
    }

    private void arrive(int id, long at) {
      int length = 3 + random.nextInt(60);
      long deadlineNs =
          random.nextBoolean() ? PendingRequest.NO_DEADLINE : at + random.nextInt(30) * MS;
      Tracked tracked = new Tracked(id, at);
      all.add(tracked);
      tracked.request =
          new PendingRequest(
              client,
              Requests.tokens(length, id),
              at,
              deadlineNs,
              outcome -> {
                tracked.outcome = outcome;
                tracked.outcomes++;
              });
      schedule(
          at,
          () -> {
            tracked.accepted =
                queue.offer(tracked.request).answer() == RequestQueue.Answer.ACCEPTED;
            assertThat(queue.depth()).as("bound, seed %s", seed).isLessThanOrEqualTo(capacity);
          });
      if (random.nextInt(5) == 0) {
        schedule(at + random.nextInt(20) * MS, tracked.request::cancel);
      }
    }

    private void serve() {
      while (freeCores > 0) {
        int waiting = queue.depth();
        RequestQueue.Batch batch = queue.poll(clock.nanoTime(), freeCores);
        if (batch == null) {
          boolean mayWait = limits.maxDelayNs() > 0 && waiting < limits.maxRequests();
          assertThat(waiting == 0 || mayWait).as("idle core, seed %s", seed).isTrue();
          if (waiting > 0) { // the policy waits for a fuller batch: check again when the wait ends
            schedule(clock.nanoTime() + limits.maxDelayNs(), () -> {});
          }
          return;
        }
        batch.expired().forEach(request -> Scheduler.expire(request, BatchEvents.none()));
        if (!batch.requests().isEmpty()) {
          begin(batch);
        }
      }
    }

    private void begin(RequestQueue.Batch taken) {
      List<PendingRequest> batch = taken.requests();
      int tokens = batch.stream().mapToInt(PendingRequest::length).sum();
      assertThat(batch.size()).as("seed %s", seed).isLessThanOrEqualTo(limits.maxRequests());
      assertThat(batch.size() == 1 || tokens <= limits.maxTokens()).as("seed %s", seed).isTrue();
      for (PendingRequest request : batch) {
        assertThat(request.expiredAt(clock.nanoTime())).as("dead run, seed %s", seed).isFalse();
        noOneOvertakesByMoreThanTheAgeBound(request, batch);
      }
      freeCores--;
      long serviceNs = MS + tokens * (long) (random.nextDouble() * 0.2 * MS);
      schedule(
          clock.nanoTime() + serviceNs,
          () -> {
            try {
              runner.run(core, batch);
            } catch (CoreFault e) {
              throw new AssertionError(e);
            }
            queue.ended(taken);
            freeCores++;
          });
    }

    private void noOneOvertakesByMoreThanTheAgeBound(
        PendingRequest cut, List<PendingRequest> batch) {
      if (!limits.lengthBuckets().isEmpty()) {
        return; // a longer request may be passed over; another test covers this
      }
      for (Tracked other : all) {
        if (other.accepted
            && other.request.waiting()
            && !other.request.expiredAt(clock.nanoTime())
            && !batch.contains(other.request)) {
          assertThat(cut.arrivalNs())
              .as("%s starves, seed %s", other.id, seed)
              .isLessThanOrEqualTo(other.arrivalNs + limits.ageBoundNs());
        }
      }
    }

    private void check() {
      assertThat(queue.depth()).isZero();
      for (Tracked tracked : all) {
        boolean refused = !tracked.accepted && tracked.outcomes == 0;
        assertThat(refused || tracked.outcomes == 1)
            .as("request %s: %s outcomes, seed %s", tracked.id, tracked.outcomes, seed)
            .isTrue();
        assertThat(tracked.outcome instanceof Outcome.Answered)
            .as("request %s, seed %s", tracked.id, seed)
            .isEqualTo(ran.contains(tracked.id));
        if (tracked.outcome instanceof Outcome.Answered answered) {
          assertThat(answered.values()[1]).isEqualTo(tracked.id - 50f);
        }
      }
    }
  }
}
