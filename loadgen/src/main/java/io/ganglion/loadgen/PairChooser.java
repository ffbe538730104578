package io.ganglion.loadgen;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Chooses the next pair. Each client has its own random choice; all clients share a sweep. */
interface PairChooser {
  Question next();

  /**
   * A random choice with replacement, the same for the same seed and client. For one thread at a
   * time.
   */
  static PairChooser random(List<Question> pairs, long seed, int client) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + client);
    return () -> pairs.get(random.nextInt(pairs.size()));
  }

  /** Each pair in turn, over and over. */
  static PairChooser sweep(List<Question> pairs) {
    AtomicLong next = new AtomicLong();
    return () -> pairs.get((int) (next.getAndIncrement() % pairs.size()));
  }
}
