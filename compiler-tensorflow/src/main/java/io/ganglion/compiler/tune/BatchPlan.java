package io.ganglion.compiler.tune;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Decides which pairs share a training step. A step's batch depends only on the seed and the step.
 * Pairs of similar length share a batch, so that little padding is computed. A batch has parts of
 * nearly equal size, each padded to its own longest pair. Not thread-safe.
 */
final class BatchPlan {
  // Sorting within this many batches saves most of the padding and keeps the order random.
  private static final int WINDOW = 50;

  private final List<Example> examples;
  private final int batchSize;
  private final int parts;
  private final long seed;
  private int epoch = -1;
  private List<List<Example>> batches = List.of();

  /**
   * @param parts parts of a batch; at most one for each pair
   */
  BatchPlan(List<Example> examples, int batchSize, int parts, long seed) {
    this.examples = examples;
    this.batchSize = Math.min(batchSize, examples.size());
    this.parts = Math.min(parts, this.batchSize);
    this.seed = seed;
  }

  /** Number of parts of each batch. */
  int parts() {
    return parts;
  }

  /** Number of full batches in an epoch. The remaining pairs are left out of this epoch. */
  int stepsPerEpoch() {
    return examples.size() / batchSize;
  }

  /** The parts of the batch for a step. */
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
