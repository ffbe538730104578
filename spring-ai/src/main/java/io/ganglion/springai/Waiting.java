package io.ganglion.springai;

import io.ganglion.api.GanglionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for answers, because Spring AI's calls do. Stateless. */
final class Waiting {
  private Waiting() {}

  /** Throws failures as they are. An interrupt gives the request up and stays set. */
  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(false);
      Thread.currentThread().interrupt();
      throw new GanglionException.Unavailable(
          "CANCELLED", "the thread was interrupted while it waited for the answer", null, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof GanglionException failure
          ? failure
          : new GanglionException.Internal("INTERNAL", "the model failed: " + e.getCause(), e);
    }
  }
}
