package io.ganglion.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Waits for answers on a thread that may wait, such as a virtual one. Stateless.
 *
 * <pre>{@code
 * Ranking ranking = Waiting.await(model.rerank(query, documents));
 * }</pre>
 */
public final class Waiting {
  private Waiting() {}

  /**
   * The answer of a call to a {@link TextModel}. An interrupt cancels the call and stays set.
   *
   * @param <T> what the call answers
   * @param answer the call's future
   * @return its value
   * @throws GanglionException as it is, without a wrapper
   */
  public static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      answer.cancel(false);
      Thread.currentThread().interrupt();
      throw new GanglionException.Unavailable(
          "CANCELLED", "the thread was interrupted while it waited for the answer", null, e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof GanglionException failure
          ? failure
          : new GanglionException.Internal("INTERNAL", "the call failed: " + cause, cause);
    }
  }
}
