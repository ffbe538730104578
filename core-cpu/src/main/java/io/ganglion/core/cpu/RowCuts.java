package io.ganglion.core.cpu;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides in how many rows a group of tokens runs, and in which kernels each of its products runs.
 * Only kernels with trusted bits are used. If a kernel is not trusted, its rows are filled up to
 * those of another kernel or cut into blocks for other kernels, whichever costs less. All kernels
 * are compared with the reference, the kernel for {@link #REFERENCE_ROWS} rows, so there is always
 * a way.
 *
 * <p>The choice depends only on bits, never on a clock, so equal machines give equal answers. Owner
 * thread only.
 */
final class RowCuts {
  /**
   * Rows of the reference: four tiles of AMX, and a multiple of the rows that other kernels take at
   * a time.
   */
  static final int REFERENCE_ROWS = 64;

  /**
   * The cost of running one more kernel, in rows. Computing this many rows takes as long as reading
   * the weights of a large model once more, or as a call in a small model.
   */
  private static final int PASS = 32;

  /** Tells which kernels give the bits of the product's reference, for every row. */
  interface Trust {
    /**
     * Whether the product has a reference: in its kernel for {@link #REFERENCE_ROWS} rows, the bits
     * of a row depend neither on its position nor on other rows.
     */
    boolean hasReference(MatmulShape product);

    /** Whether the kernel for this many rows gives the reference's bits. */
    boolean holds(MatmulShape product, int rows);

    /** Frees resources of trials. Called when no more questions follow for now. */
    void rest();
  }

  private final Set<MatmulShape> products;
  private final Trust trust;
  private final Map<MatmulShape, BitSet> refused = new HashMap<>();
  private final int[] filled;

  /**
   * @param products all products of a group
   * @param maxRows most rows that are ever needed
   */
  RowCuts(Collection<MatmulShape> products, int maxRows, Trust trust) {
    this.products = Set.copyOf(products);
    this.trust = trust;
    filled = new int[capacity(maxRows) / RowBuckets.UNIT + 1];
  }

  /** The most rows that {@link #rows} gives for up to {@code count}. */
  static int capacity(int count) {
    return roundUp(count, REFERENCE_ROWS);
  }

  /** Whether every product has a reference. Then no answer depends on its batch. */
  boolean invariant() {
    try {
      return products.stream().allMatch(trust::hasReference);
    } finally {
      trust.rest();
    }
  }

  /**
   * The number of rows in which {@code count} rows run, so that every product has blocks that fit.
   */
  int rows(int count) {
    int units = roundUp(count, RowBuckets.UNIT) / RowBuckets.UNIT;
    if (filled[units] == 0) {
      try {
        filled[units] = fill(units * RowBuckets.UNIT);
      } finally {
        trust.rest();
      }
    }
    return filled[units];
  }

  private int fill(int count) {
    int rows = count;
    int before;
    do {
      before = rows;
      for (MatmulShape product : products) {
        rows = Math.max(rows, sum(cut(product, rows)));
      }
    } while (rows > before);
    return rows;
  }

  /** The blocks of a product, from the first row on, for a number of rows from {@link #rows}. */
  List<Integer> blocks(MatmulShape product, int rows) {
    List<Integer> blocks = cut(product, rows);
    if (sum(blocks) != rows) {
      throw new IllegalArgumentException(rows + " rows are not what a group runs in.");
    }
    return blocks;
  }

  /** The cheapest blocks of trusted kernels for {@code rows} rows. */
  private List<Integer> cut(MatmulShape product, int rows) {
    if (!trust.hasReference(product)) {
      return cheapest(rows, new BitSet());
    }
    BitSet without = refused.computeIfAbsent(product, p -> new BitSet());
    while (true) {
      List<Integer> blocks = cheapest(rows, without);
      int known = without.cardinality();
      for (int block : blocks) {
        if (block != REFERENCE_ROWS && !trust.holds(product, block)) {
          without.set(RowBuckets.of(block));
        }
      }
      if (without.cardinality() == known) {
        return blocks;
      }
    }
  }

  /** The cheapest blocks for {@code rows} rows without refused buckets. */
  private static List<Integer> cheapest(int rows, BitSet refused) {
    // A multiple of the reference never needs more rows, so blocks need not go beyond it.
    int spare = capacity(rows) - rows;
    int units = rows / RowBuckets.UNIT;
    int[] cost = new int[units + 1];
    int[] first = new int[units + 1];
    Arrays.fill(cost, 1, units + 1, Integer.MAX_VALUE);
    for (int unit = 1; unit <= units; unit++) {
      int left = unit * RowBuckets.UNIT;
      for (int bucket = 1; RowBuckets.rows(bucket) <= left + spare; bucket++) {
        int block = RowBuckets.rows(bucket);
        int rest = cost[Math.max(0, left - block) / RowBuckets.UNIT];
        if (!refused.get(bucket)
            && rest != Integer.MAX_VALUE
            && block + PASS + rest <= cost[unit]) {
          cost[unit] = block + PASS + rest;
          first[unit] = block;
        }
      }
    }
    Deque<Integer> blocks = new ArrayDeque<>();
    for (int left = rows; left > 0; left -= blocks.getLast()) {
      blocks.add(first[left / RowBuckets.UNIT]);
    }
    return List.copyOf(blocks);
  }

  private static int sum(List<Integer> blocks) {
    return blocks.stream().mapToInt(Integer::intValue).sum();
  }

  private static int roundUp(int value, int multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }
}
