package io.ganglion.core.cpu;

/**
 * The numbers of rows that kernels are made for. Each costs some 2 MB, most of it descriptors of
 * oneDNN, so they are as fine as the rest of a batch makes worth while: rounding a count up costs a
 * sixth of its rows at most, and on average a twentieth.
 */
final class RowBuckets {
  /** Rows of all buckets are a multiple of it. */
  static final int UNIT = 8;

  /** Up to each of these, steps of {@link #STEPS}: coarser where a row is a smaller part. */
  private static final int[] ENDS = {96, 384, 512, Integer.MAX_VALUE};

  private static final int[] STEPS = {UNIT, 16, 32, 64};

  private RowBuckets() {}

  /** The smallest bucket that holds {@code count} rows, from 1. */
  static int of(int count) {
    int bucket = 0;
    int from = 0;
    for (int range = 0; range < ENDS.length; range++) {
      if (count <= ENDS[range]) {
        return bucket + (count - from + STEPS[range] - 1) / STEPS[range];
      }
      bucket += (ENDS[range] - from) / STEPS[range];
      from = ENDS[range];
    }
    throw new AssertionError("the last end is above all counts");
  }

  /** The rows of a bucket. */
  static int rows(int bucket) {
    int left = bucket;
    int from = 0;
    for (int range = 0; range < ENDS.length; range++) {
      int buckets = (ENDS[range] - from) / STEPS[range];
      if (left <= buckets) {
        return from + left * STEPS[range];
      }
      left -= buckets;
      from = ENDS[range];
    }
    throw new AssertionError("the last end is above all counts");
  }

  /** {@code count} rounded up to the rows of its bucket. */
  static int roundUp(int count) {
    return rows(of(count));
  }
}
