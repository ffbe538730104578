package io.ganglion.spark;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ganglion.api.TextModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a shared engine open for some time after its last task: an executor that has nothing to do
 * between two stages would load the model again. One hold is kept for each artifact. Thread-safe.
 */
final class Lingering {
  /** Longer than the pauses between the stages of a job, or the batches of a stream. */
  static final Lingering EXECUTOR = new Lingering(Duration.ofMinutes(5));

  private record Hold(TextModel model, ScheduledFuture<?> end) {}

  private final Duration time;
  private final ScheduledThreadPoolExecutor timer;

  @GuardedBy("this")
  private final Map<Path, Hold> holds = new HashMap<>();

  Lingering(Duration time) {
    this.time = time;
    this.timer = new ScheduledThreadPoolExecutor(1, Lingering::daemon);
    timer.setRemoveOnCancelPolicy(true);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "ganglion-spark-linger");
    thread.setDaemon(true);
    return thread;
  }

  /** Takes the hold of a task that has ended, in the place of that of an earlier one. */
  void keep(Path artifact, TextModel model) {
    Hold earlier;
    synchronized (this) {
      ScheduledFuture<?> end =
          timer.schedule(() -> expire(artifact, model), time.toNanos(), TimeUnit.NANOSECONDS);
      earlier = holds.put(artifact, new Hold(model, end));
    }
    if (earlier != null) {
      earlier.end().cancel(false);
      earlier.model().close();
    }
  }

  private void expire(Path artifact, TextModel model) {
    synchronized (this) {
      @Nullable Hold current = holds.get(artifact);
      if (current != null && current.model() == model) {
        holds.remove(artifact);
      }
    }
    model.close();
  }
}
