package io.ganglion.bench.measure;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A system's probabilities by pair, kept from whatever it ran. Thread-safe. */
public final class Answers {
  private final AtomicReferenceArray<float @Nullable []> rows;

  public Answers(int pairs) {
    rows = new AtomicReferenceArray<>(pairs);
  }

  /** Keeps the probabilities of a pair. */
  public void put(int pair, float[] probabilities) {
    rows.set(pair, probabilities);
  }

  /** Number of pairs, answered or not. */
  public int size() {
    return rows.length();
  }

  /** The probabilities of a pair; null if it was not run. */
  public float @Nullable [] get(int pair) {
    return rows.get(pair);
  }
}
