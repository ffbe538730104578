package io.ganglion.core.cpu;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Plans by a small number (rows or a length), made on first use. If there are too many, the least
 * recently used plan is dropped. A look-up does not allocate. Owner thread only.
 */
final class PlanCache<P extends AutoCloseable> implements AutoCloseable {
  /** To make a kernel, oneDNN allocates and frees about as much memory as the kernel keeps. */
  private static final int PLANS_A_TRIM = 4;

  private final @Nullable Object[] plans;
  private final long[] lastUse;
  private final int bound;
  private final IntFunction<P> maker;
  private int size;
  private int made;
  private long clock;

  /**
   * @param keys upper bound of the numbers, exclusive
   * @param bound most plans kept
   */
  PlanCache(int keys, int bound, IntFunction<P> maker) {
    plans = new Object[keys];
    lastUse = new long[keys];
    this.bound = bound;
    this.maker = maker;
  }

  @SuppressWarnings("unchecked") // only get() stores plans, and all come from maker
  P get(int key) {
    lastUse[key] = ++clock;
    Object plan = plans[key];
    if (plan == null) {
      if (size == bound) {
        drop(oldest());
      }
      plan = maker.apply(key);
      plans[key] = plan;
      size++;
      if (++made % PLANS_A_TRIM == 0) {
        NativeHeap.trim();
      }
    }
    return (P) plan;
  }

  int size() {
    return size;
  }

  private int oldest() {
    int oldest = -1;
    for (int key = 0; key < plans.length; key++) {
      if (plans[key] != null && (oldest < 0 || lastUse[key] < lastUse[oldest])) {
        oldest = key;
      }
    }
    return oldest;
  }

  private void drop(int key) {
    Object plan = plans[key];
    plans[key] = null;
    size--;
    if (plan instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("A plan could not be freed.", e);
      }
    }
  }

  @Override
  public void close() {
    for (int key = 0; key < plans.length; key++) {
      if (plans[key] != null) {
        drop(key);
      }
    }
  }
}
