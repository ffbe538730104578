package io.ganglion.engine.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * Answers of one model, by what was asked, within a bound in bytes. What is seldom asked goes
 * first. It belongs to a loaded model: another version of it has another cache. Thread-safe.
 */
public final class AnswerCache {
  /** The objects around an entry's numbers: array headers, records, nodes of the map. */
  private static final int ENTRY_BYTES = 256;

  /** An id and a segment. */
  private static final int TOKEN_BYTES = 2 * Integer.BYTES;

  private final Cache<TokenKey, float[]> rows;

  /**
   * @param bytes most bytes of memory that its entries take
   * @param onEvicted called for each entry that made room for others
   */
  public AnswerCache(long bytes, Runnable onEvicted) {
    rows =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher((TokenKey key, float[] row) -> weight(key, row))
            .executor(Runnable::run)
            .evictionListener((key, row, cause) -> onEvicted.run())
            .build();
  }

  /** The answer to such a request; nobody may write to it. Null if there is none. */
  public float @Nullable [] get(TokenKey key) {
    return rows.getIfPresent(key);
  }

  public void put(TokenKey key, float[] row) {
    rows.put(key, row);
  }

  public void clear() {
    rows.invalidateAll();
  }

  /** Bytes of memory that its entries take. */
  public long bytes() {
    return rows.policy().eviction().orElseThrow().weightedSize().orElseThrow();
  }

  private static int weight(TokenKey key, float[] row) {
    return ENTRY_BYTES + TOKEN_BYTES * key.length() + Float.BYTES * row.length;
  }
}
