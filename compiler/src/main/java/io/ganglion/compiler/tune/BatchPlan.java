package io.ganglion.compiler.tune;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which pairs share a training step. A step's batch follows from the seed and the step alone. Pairs
 * of like lengths are put together, so that little is computed on padding; a batch comes in parts
 * of equal size, give or take one, each padded to its own longest pair. Not thread-safe.
 */
final class BatchPlan {
  // Sorting within so many batches saves most of the padding and leaves the order random.
  private static final int WINDOW = 50;

  private final List<Example> examples;
  private final int batchSize;
  private final int parts;
  private final long seed;
  private int epoch = -1;
  private List<List<Example>> batches = List.of();

  /**
   * @param parts of a batch; as many as it has pairs where these are fewer
   */
  BatchPlan(List<Example> examples, int batchSize, int parts, long seed) {
    this.examples = examples;
    this.batchSize = Math.min(batchSize, examples.size());
    this.parts = Math.min(parts, this.batchSize);
    this.seed = seed;
  }

  /** Parts of each batch. */
  int parts() {
    return parts;
  }

  /** Whole batches of an epoch: what does not fill one is left for another epoch's order. */
  int stepsPerEpoch() {
    return examples.size() / batchSize;
  }

  /** The parts of a step's batch. */
  List<Batch> at(int step) {
    int wanted = step / stepsPerEpoch();
    if (wanted != epoch) {
      batches = plan(wanted);
      epoch = wanted;
    }
    List<Example> batch = batches.get(step % stepsPerEpoch());
    return IntStream.range(0, parts)
        .mapToObj(i -> batch.subList(i * batchSize / parts, (i + 1) * batchSize / parts))
        .map(Batch::of)
        .toList();
  }

  private List<List<Example>> plan(int number) {
    Random random = new Random(seed * 1_000_003 + number);
    List<Example> order = new ArrayList<>(examples);
    Collections.shuffle(order, random);
    List<List<Example>> plan = new ArrayList<>();
    int used = stepsPerEpoch() * batchSize;
    for (int start = 0; start < used; start += WINDOW * batchSize) {
      List<Example> window =
          new ArrayList<>(order.subList(start, Math.min(used, start + WINDOW * batchSize)));
      window.sort(Comparator.comparingInt(Example::length));
      for (int at = 0; at < window.size(); at += batchSize) {
        plan.add(window.subList(at, at + batchSize));
      }
    }
    Collections.shuffle(plan, random);
    return plan;
  }
}
