package io.ganglion.spark;

import io.ganglion.api.TextModel;
import java.io.Serializable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a model is asked about an item of a partition.
 *
 * @param <T> kind of item
 * @param <A> kind of answer
 */
@FunctionalInterface
public interface Question<T, A> extends Serializable {
  /**
   * Asks, without waiting for the answer.
   *
   * @param model asked only here
   * @param item the item
   * @return the answer to come; null if there is nothing to ask about this item
   */
  @Nullable CompletableFuture<A> ask(TextModel model, T item);
}
