package io.ganglion.core.cpu;

/**
 * The numbers of rows that kernels are made for; a count runs in the smallest that holds it, and
 * the rows that fill it up are computed and never read. Each bucket costs some 4 MB of generated
 * code, so they are as fine as the rest of a batch makes worth while.
 */
final class RowBuckets {
  /** Up to {@link #FINE_ROWS} rows, where each row is a large part of the work. */
  private static final int FINE = 8;

  private static final int COARSE = 16;
  private static final int FINE_ROWS = 128;
  private static final int FINE_BUCKETS = FINE_ROWS / FINE;

  private RowBuckets() {}

  /** The bucket of {@code count} rows, from 1. */
  static int of(int count) {
    return count <= FINE_ROWS
        ? (count + FINE - 1) / FINE
        : FINE_BUCKETS + (count - FINE_ROWS + COARSE - 1) / COARSE;
  }

  /** The rows of a bucket; a multiple of 8. */
  static int rows(int bucket) {
    return bucket <= FINE_BUCKETS ? bucket * FINE : FINE_ROWS + (bucket - FINE_BUCKETS) * COARSE;
  }

  /** {@code count} rounded up to the rows of its bucket. */
  static int roundUp(int count) {
    return rows(of(count));
  }
}
