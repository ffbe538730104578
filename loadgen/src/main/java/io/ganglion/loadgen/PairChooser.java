package io.ganglion.loadgen;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Which pair is next. Random choice is one client's; a sweep is shared by all of them. */
interface PairChooser {
  LabelledPair next();

  /** A choice with replacement, the same for the same seed and client; for one thread at a time. */
  static PairChooser random(List<LabelledPair> pairs, long seed, int client) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + client);
    return () -> pairs.get(random.nextInt(pairs.size()));
  }

  /** Each pair in its turn, from the first again after the last. */
  static PairChooser sweep(List<LabelledPair> pairs) {
    AtomicLong next = new AtomicLong();
    return () -> pairs.get((int) (next.getAndIncrement() % pairs.size()));
  }
}
