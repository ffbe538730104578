package io.ganglion.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an item and its answer.
 *
 * @param <T> kind of item
 * @param <A> kind of answer
 * @param <R> what stands in the result
 */
@FunctionalInterface
public interface Result<T, A, R> extends Serializable {
  /**
   * Joins an item and its answer.
   *
   * @param item the item
   * @param answer its answer; null if nothing was asked
   * @return what stands in the result; null to leave the item out
   */
  @Nullable R of(T item, @Nullable A answer);
}
