package io.ganglion.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Simulates a machine of 16 processors in virtual time: clients with one request each, one network
 * thread that reads, signals and writes, and cores that sleep when there is nothing to do. If more
 * threads are busy than there are processors, all of them slow down. The tests check how throughput
 * grows with the number of cores.
 */
class ScalingTest {
  private static final long US = 1_000;
  private static final long SECOND = 1_000_000 * US;
  private static final int PROCESSORS = 16;
  private static final int[] CORES = {1, 2, 4, 8, 12, 14, 15, PROCESSORS};

  /** Costs of a batch, and of each request in it, on one core. */
  private enum Model {
    TINY(20 * US, 54 * US),
    MINI(60 * US, 300 * US),
    BASE(1_000 * US, 6_000 * US),
    LARGE(1_000 * US, 24_000 * US);

    private final long fixedNs;
    private final long requestNs;

    Model(long fixedNs, long requestNs) {
      this.fixedNs = fixedNs;
      this.requestNs = requestNs;
    }

    double throughput(int cores, long wakeNs, boolean measures) {
      return new Machine(cores, fixedNs, requestNs, wakeNs, measures).throughput();
    }

    double best(long wakeNs) {
      return Arrays.stream(CORES)
          .mapToDouble(cores -> throughput(cores, wakeNs, true))
          .max()
          .orElse(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TINY, 15",
    "TINY, 40",
    "TINY, 80",
    "MINI, 15",
    "MINI, 40",
    "MINI, 80",
    "BASE, 40",
    "LARGE, 15",
    "LARGE, 80"
  })
  void asManyCoresAsProcessorsServeAsFastAsTheBestNumberOfThem(Model model, long wakeUs) {
    double best = model.best(wakeUs * US);
    assertThat(model.throughput(PROCESSORS, wakeUs * US, true)).isGreaterThan(0.9 * best);
  }

  /** Shows that the test above fails if each request wakes a core. */
  @Test
  void wakingACoreForEachRequestLosesAThird() {
    assertThat(Model.TINY.throughput(PROCESSORS, 40 * US, false))
        .isLessThan(0.7 * Model.TINY.best(40 * US));
  }

  @Test
  void aLargeModelScalesWithTheCores() {
    double one = Model.LARGE.throughput(1, 40 * US, true);
    double all = Model.LARGE.throughput(PROCESSORS, 40 * US, true);
    assertThat(all / one).isGreaterThan(14.5);
  }

  /** Simulates one second. */
  private static final class Machine {
    private static final int CLIENTS = 96;
    private static final int LENGTH = 54;
    private static final int BATCH = 4;
    private static final long READ_NS = 5 * US;
    private static final long SIGNAL_NS = 5 * US;
    private static final long FLUSH_NS = 4 * US;
    private static final long WRITE_NS = 2 * US;

    private record Event(long atNs, long order, Runnable action) {}

    private record Task(long costNs, Runnable action) {}

    private final PriorityQueue<Event> events =
        new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::order));
    private final Queue<Task> network = new ArrayDeque<>();
    private final FairQueue waiting = new FairQueue();
    private final CostModel costs = new CostModel();
    private final BatchCutter cutter;
    private final int cores;
    private final long fixedNs;
    private final long requestNs;
    private final boolean measures;
    private final long wakeNs;
    private long nowNs;
    private long order;
    private boolean networkBusy;
    private int parked;
    private int signalled;
    private long answered;

    /**
     * @param wakeNs how long a parked core takes to start
     * @param measures whether costs are learned; while they are unknown, each request wakes a core
     */
    Machine(int cores, long fixedNs, long requestNs, long wakeNs, boolean measures) {
      this.cores = cores;
      this.fixedNs = fixedNs;
      this.requestNs = requestNs;
      this.wakeNs = wakeNs;
      this.measures = measures;
      BatchPolicy policy =
          new BatchPolicy(new BatchLimits(BATCH, BATCH * 128, 64, 0, SECOND, List.of()));
      this.cutter = new BatchCutter(waiting, cores, policy, costs);
    }

    double throughput() {
      parked = cores;
      for (int i = 0; i < CLIENTS; i++) {
        network(READ_NS, this::arrive);
      }
      while (nowNs < SECOND) {
        Event event = events.remove();
        nowNs = event.atNs();
        event.action().run();
      }
      return answered;
    }

    private void at(long atNs, Runnable action) {
      events.add(new Event(atNs, order++, action));
    }

    private void network(long costNs, Runnable action) {
      network.add(new Task(costNs, action));
      if (!networkBusy) {
        networkBusy = true;
        at(nowNs, this::nextTask);
      }
    }

    private void nextTask() {
      Task task = network.poll();
      if (task == null) {
        networkBusy = false;
        return;
      }
      at(
          nowNs + shared(task.costNs()),
          () -> {
            task.action().run();
            nextTask();
          });
    }

    /** How long work takes if the busy threads share the processors. */
    private long shared(long ns) {
      int busy = cores - parked + (networkBusy ? 1 : 0);
      return ns * Math.max(PROCESSORS, busy) / PROCESSORS;
    }

    /** The network thread has read a request. */
    private void arrive() {
      waiting.add(
          Requests.request(
              LENGTH, 0, nowNs, PendingRequest.NO_DEADLINE, new CompletableFuture<>()));
      if (wake()) {
        network.add(new Task(SIGNAL_NS, () -> {}));
      }
    }

    private boolean wake() {
      boolean signal = cutter.signal(nowNs, parked - signalled) == BatchCutter.Signal.CORE;
      if (signal) {
        signalled++;
        at(nowNs + wakeNs, this::woken);
      }
      return signal;
    }

    private void woken() {
      cutter.woke(nowNs);
      signalled--;
      take();
    }

    /** One of the parked cores asks for a batch. */
    private void take() {
      RequestQueue.Batch batch = cutter.take(nowNs, parked, false);
      if (batch == null) {
        return;
      }
      parked--;
      int size = batch.requests().size();
      long costNs = shared(fixedNs + requestNs * size + (wake() ? SIGNAL_NS : 0));
      at(nowNs + costNs, () -> end(batch, size, costNs));
    }

    private void end(RequestQueue.Batch batch, int size, long costNs) {
      if (measures) {
        costs.learn((long) size * LENGTH, costNs, nowNs);
      }
      cutter.ended(batch);
      network(
          FLUSH_NS + size * WRITE_NS,
          () -> {
            answered += size;
            for (int i = 0; i < size; i++) {
              network.add(new Task(READ_NS, this::arrive));
            }
          });
      parked++;
      take();
    }
  }
}
