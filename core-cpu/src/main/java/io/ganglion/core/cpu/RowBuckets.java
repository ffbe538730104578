package io.ganglion.core.cpu;

/**
 * The numbers of rows that kernels are made for: of a group's tokens, and of one request's
 * attention. Kernels for a number cost 1 to 2 MB, mostly for descriptors of oneDNN, which are as
 * large for a small model as for a large one. So there are not too many of them: rounding a count
 * up costs at most a sixth of its rows, and a twentieth on average.
 */
final class RowBuckets {
  /** The rows of every bucket are a multiple of this. */
  static final int UNIT = 8;

  /**
   * Up to each of these numbers, buckets have the distance in {@link #STEPS}: larger for larger
   * numbers.
   */
  private static final int[] ENDS = {96, 256, 512, Integer.MAX_VALUE};

  private static final int[] STEPS = {UNIT, 16, 32, 64};

  /** The most rows between a bucket and the next. */
  static final int LARGEST_STEP = 64;

  private RowBuckets() {}

  /** The smallest bucket for {@code count} rows, numbered from 1. */
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
