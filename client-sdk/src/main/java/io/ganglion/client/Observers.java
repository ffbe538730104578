package io.ganglion.client;

import io.ganglion.api.GanglionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client's observers. One that throws disturbs nobody. Any thread. */
final class Observers {
  private static final System.Logger LOG = System.getLogger("io.ganglion.client");

  private final List<ClientObserver> observers;
  private final AtomicBoolean logged = new AtomicBoolean();

  Observers(List<ClientObserver> observers) {
    this.observers = List.copyOf(observers);
  }

  void started() {
    tell(ClientObserver::started);
  }

  void attempted(ClientObserver.Attempt attempt) {
    tell(observer -> observer.attempted(attempt));
  }

  /** Without answer and failure, the request was cancelled. */
  void ended(@Nullable Object answer, @Nullable GanglionException failure, long latencyNs) {
    if (observers.isEmpty()) {
      return;
    }
    Duration latency = Duration.ofNanos(latencyNs);
    if (answer != null) {
      tell(observer -> observer.answered(latency));
    } else if (failure != null) {
      tell(observer -> observer.failed(failure, latency));
    } else {
      tell(observer -> observer.cancelled(latency));
    }
  }

  private void tell(Consumer<ClientObserver> event) {
    for (ClientObserver observer : observers) {
      try {
        event.accept(observer);
      } catch (RuntimeException e) {
        if (!logged.getAndSet(true)) {
          LOG.log(System.Logger.Level.WARNING, "an observer of the client failed", e);
        }
      }
    }
  }
}
