package io.ganglion.core.cpu;

/**
 * The numbers of rows that kernels are made for. Each costs some 2 MB, most of it descriptors of
 * oneDNN, so they are as fine as the rest of a batch makes worth while: rounding a count up costs a
 * sixth of its rows at most, and on average a twentieth.
 */
final class RowBuckets {
  /** Rows of all buckets are a multiple of it. */
  static final int UNIT = 8;

  /** Where the steps double, after 8 rows a step: where a row is a small enough part. */
  private static final int[] ENDS = {96, 256, 512, Integer.MAX_VALUE};

  private RowBuckets() {}

  /** The smallest bucket that holds {@code count} rows, from 1. */
  static int of(int count) {
    int bucket = 0;
    int from = 0;
    int step = UNIT;
    for (int end : ENDS) {
      if (count <= end) {
        return bucket + (count - from + step - 1) / step;
      }
      bucket += (end - from) / step;
      from = end;
      step *= 2;
    }
    throw new AssertionError("the last end is above all counts");
  }

  /** The rows of a bucket. */
  static int rows(int bucket) {
    int left = bucket;
    int from = 0;
    int step = UNIT;
    for (int end : ENDS) {
      int buckets = (end - from) / step;
      if (left <= buckets) {
        return from + left * step;
      }
      left -= buckets;
      from = end;
      step *= 2;
    }
    throw new AssertionError("the last end is above all counts");
  }

  /** {@code count} rounded up to the rows of its bucket. */
  static int roundUp(int count) {
    return rows(of(count));
  }
}
