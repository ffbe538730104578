package io.ganglion.compiler.tune;

import java.util.Arrays;
import java.util.List;

/**
 * Examples padded to the longest of them.
 *
 * @param ids [size, length], row-major, like mask and segments
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by contract, compared nowhere
record Batch(int size, int length, int[] ids, int[] mask, int[] segments, int[] labels) {
  static Batch of(List<Example> examples) {
    int size = examples.size();
    int length = examples.stream().mapToInt(Example::length).max().orElseThrow();
    Batch batch =
        new Batch(
            size,
            length,
            new int[size * length],
            new int[size * length],
            new int[size * length],
            new int[size]);
    for (int row = 0; row < size; row++) {
      batch.fill(row, examples.get(row));
    }
    return batch;
  }

  private void fill(int row, Example example) {
    int count = example.length();
    System.arraycopy(example.tokens().inputIds(), 0, ids, row * length, count);
    System.arraycopy(example.tokens().segmentIds(), 0, segments, row * length, count);
    Arrays.fill(mask, row * length, row * length + count, 1);
    labels[row] = example.label();
  }
}
