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
 * In how many rows a group of tokens runs, and in which kernels each of its products does. Only
 * kernels whose bits can be trusted are used: where a kernel is not, its rows are filled up to
 * another's or cut into blocks of others, whichever costs less. Kernels of {@link #REFERENCE_ROWS}
 * rows are what the others are measured against, so there is always a way.
 *
 * <p>What is chosen follows from bits alone, never from a clock: equal machines give equal answers.
 * Owner thread only.
 */
final class RowCuts {
  /** Four tiles of AMX, and a multiple of what other kernels take at a time. */
  static final int REFERENCE_ROWS = 64;

  /**
   * What it costs to run one kernel more, in rows: so many take as long as reading the weights once
   * more, if the model is large, or as a call, if it is small.
   */
  private static final int PASS = 32;

  /** Says which kernels give, row for row, the bits of the product's reference. */
  interface Trust {
    /**
     * Whether the product has a reference: its kernel of {@link #REFERENCE_ROWS} rows gives a row
     * the same bits wherever it lies and whatever the others hold.
     */
    boolean hasReference(MatmulShape product);

    /** Whether the kernel of so many rows gives the reference's bits. */
    boolean holds(MatmulShape product, int rows);

    /** Frees what the questions took; called when no more follow for now. */
    void rest();
  }

  private final Set<MatmulShape> products;
  private final Trust trust;
  private final Map<MatmulShape, BitSet> refused = new HashMap<>();
  private final int[] filled;

  /**
   * @param products all that a group runs through
   * @param maxRows most rows ever asked for
   */
  RowCuts(Collection<MatmulShape> products, int maxRows, Trust trust) {
    this.products = Set.copyOf(products);
    this.trust = trust;
    filled = new int[capacity(maxRows) / RowBuckets.UNIT + 1];
  }

  /** The most that {@link #rows} gives for up to {@code count}. */
  static int capacity(int count) {
    return roundUp(count, REFERENCE_ROWS);
  }

  /** Whether every product has a reference, so that no answer depends on its batch. */
  boolean invariant() {
    try {
      return products.stream().allMatch(trust::hasReference);
    } finally {
      trust.rest();
    }
  }

  /** The rows in which {@code count} of them run, so that every product has blocks that fit. */
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

  /** The blocks, from the first row on, of a product of as many rows as {@link #rows} gave. */
  List<Integer> blocks(MatmulShape product, int rows) {
    List<Integer> blocks = cut(product, rows);
    if (sum(blocks) != rows) {
      throw new IllegalArgumentException(rows + " rows are not what a group runs in.");
    }
    return blocks;
  }

  /** The cheapest blocks of trusted kernels that hold {@code rows}. */
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

  /** Blocks that hold {@code rows}, none of a refused bucket, for the least cost. */
  private static List<Integer> cheapest(int rows, BitSet refused) {
    // Never beyond a multiple of the reference: there, a way without filling up exists.
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
