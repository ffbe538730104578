package io.ganglion.bench.measure;

import io.ganglion.api.Classification;
import java.util.HashMap;
import java.util.Map;

/**
 * How fast a server's cores answer, seen from its client: for each core, what came after its first
 * batch over the time from that batch to its last. So neither the start nor the end, where batches
 * are cut short, counts. Thread-safe.
 */
final class CoreRates {
  private final Map<Integer, Core> cores = new HashMap<>();
  private boolean stopped;

  /**
   * A batch is told from others by its inference time, equal for all of one and no other; several
   * connections may bring the answers of two batches in turns.
   */
  synchronized void add(Classification answer, long nowNs) {
    if (!stopped) {
      cores
          .computeIfAbsent(answer.coreIndex(), index -> new Core())
          .add(answer.inferenceNs(), answer.batchSize(), nowNs);
    }
  }

  /** Whether so many cores have answered so many batches each, their first not counted. */
  synchronized boolean have(int coreCount, int batches) {
    return cores.size() >= coreCount
        && cores.values().stream().allMatch(core -> core.batches >= batches);
  }

  /** Takes no more answers. */
  synchronized void stop() {
    stopped = true;
  }

  synchronized double perSecond() {
    return cores.values().stream().mapToDouble(Core::perSecond).sum();
  }

  private static final class Core {
    // At most as many as the core has answered and connections have not all brought yet.
    private final Map<Long, Integer> seen = new HashMap<>();
    private long firstNs;
    private long lastNs;
    private long answers;
    private int batches;

    void add(long inferenceNs, int batchSize, long nowNs) {
      if (seen.merge(inferenceNs, 1, Integer::sum) < batchSize) {
        return;
      }
      seen.remove(inferenceNs);
      // The batch is complete.
      if (firstNs == 0) {
        firstNs = nowNs;
      } else {
        answers += batchSize;
        batches++;
        lastNs = nowNs;
      }
    }

    double perSecond() {
      return answers == 0 ? 0 : answers / ((lastNs - firstNs) / 1e9);
    }
  }
}
