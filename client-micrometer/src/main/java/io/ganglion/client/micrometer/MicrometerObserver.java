package io.ganglion.client.micrometer;

import io.ganglion.api.GanglionException;
import io.ganglion.client.ClientObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts a client's requests in a Micrometer registry. Thread-safe.
 *
 * <ul>
 *   <li>{@code ganglion.client.requests}: a timer, retries included, by {@code outcome}: {@code
 *       OK}, {@code CANCELLED}, or the code of the failure, such as {@code RESOURCE_EXHAUSTED}
 *   <li>{@code ganglion.client.attempts}: a counter by {@code attempt}: {@code first}, {@code
 *       retry}, {@code hedge}
 *   <li>{@code ganglion.client.in.flight}: a gauge of requests without an outcome
 * </ul>
 *
 * <pre>{@code
 * GanglionClient.builder().target(target).observer(new MicrometerObserver(registry)).build();
 * }</pre>
 */
public final class MicrometerObserver implements ClientObserver {
  private final MeterRegistry registry;
  private final AtomicLong inFlight = new AtomicLong();
  private final Map<Attempt, Counter> attempts = new EnumMap<>(Attempt.class);
  private final Map<String, Timer> requests = new ConcurrentHashMap<>();

  /**
   * Registers the meters.
   *
   * @param registry where to
   */
  public MicrometerObserver(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("ganglion.client.in.flight", inFlight, AtomicLong::get)
        .description("Requests without an outcome")
        .baseUnit("requests")
        .register(registry);
    for (Attempt attempt : Attempt.values()) {
      attempts.put(
          attempt,
          Counter.builder("ganglion.client.attempts")
              .description("Requests sent to a server")
              .tag("attempt", attempt.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
  }

  @Override
  public void started() {
    inFlight.incrementAndGet();
  }

  @Override
  public void attempted(Attempt attempt) {
    Counter counter = attempts.get(attempt);
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void answered(Duration latency) {
    ended("OK", latency);
  }

  @Override
  public void failed(GanglionException failure, Duration latency) {
    ended(failure.code(), latency);
  }

  @Override
  public void cancelled(Duration latency) {
    ended("CANCELLED", latency);
  }

  private void ended(String outcome, Duration latency) {
    inFlight.decrementAndGet();
    requests.computeIfAbsent(outcome, this::timer).record(latency);
  }

  private Timer timer(String outcome) {
    return Timer.builder("ganglion.client.requests")
        .description("Time from a request to its outcome, retries included")
        .tag("outcome", outcome)
        .register(registry);
  }
}
