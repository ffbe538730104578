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
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Simulates a machine with many processors in virtual time: clients with one request each, one
 * network thread that reads, signals and writes, and cores that sleep when there is nothing to do.
 * The times are like those of a tiny model. The tests check how throughput grows with the number of
 * cores.
 */
class ScalingTest {
  private static final long US = 1_000;
  private static final long SECOND = 1_000_000 * US;
  private static final int[] CORES = {1, 2, 4, 8, 12, 16};

  private static double tiny(int cores, long wakeNs, boolean measures) {
    return new Machine(cores, 20 * US, 54 * US, wakeNs, measures).throughput();
  }

  private static double best(long wakeNs, boolean measures) {
    return Arrays.stream(CORES).mapToDouble(cores -> tiny(cores, wakeNs, measures)).max().orElse(0);
  }

  @ParameterizedTest
  @ValueSource(longs = {15 * US, 40 * US, 80 * US})
  void allCoresOfALargeMachineServeATinyModelAsFastAsTheBestNumberOfThem(long wakeNs) {
    assertThat(tiny(16, wakeNs, true)).isGreaterThan(0.9 * best(wakeNs, true));
  }

  /** Shows that the test above fails if each request wakes a core. */
  @Test
  void wakingACoreForEachRequestLosesAThird() {
    assertThat(tiny(16, 40 * US, false)).isLessThan(0.7 * best(40 * US, true));
  }

  @Test
  void aLargeModelScalesWithTheCores() {
    double one = new Machine(1, 1_000 * US, 24_000 * US, 40 * US, true).throughput();
    double all = new Machine(16, 1_000 * US, 24_000 * US, 40 * US, true).throughput();
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
          nowNs + task.costNs(),
          () -> {
            task.action().run();
            nextTask();
          });
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
      long costNs = fixedNs + requestNs * size + (wake() ? SIGNAL_NS : 0);
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
