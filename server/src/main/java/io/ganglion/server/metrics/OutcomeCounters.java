package io.ganglion.server.metrics;

import io.ganglion.engine.batch.Outcome;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts each kind of outcome in its counter. Thread-safe. */
final class OutcomeCounters implements Outcome.Cases<CounterDataPoint> {
  private final CounterDataPoint answered;
  private final CounterDataPoint invalid;
  private final CounterDataPoint overloaded;
  private final CounterDataPoint expired;
  private final CounterDataPoint cancelled;
  private final CounterDataPoint unavailable;
  private final CounterDataPoint failed;

  private final Map<Outcome.Refusal, CounterDataPoint> refusals =
      new EnumMap<>(Outcome.Refusal.class);

  OutcomeCounters(PrometheusRegistry registry, Counter requests) {
    answered = requests.labelValues("answered");
    invalid = requests.labelValues("invalid");
    overloaded = requests.labelValues("overloaded");
    expired = requests.labelValues("expired");
    cancelled = requests.labelValues("cancelled");
    unavailable = requests.labelValues("unavailable");
    failed = requests.labelValues("failed");
    Counter refused =
        ServerMetrics.counter(
                "ganglion_refused_requests", "Requests refused at the door, by bound.", "reason")
            .register(registry);
    for (Outcome.Refusal reason : Outcome.Refusal.values()) {
      refusals.put(reason, refused.labelValues(reason.name().toLowerCase(Locale.ROOT)));
    }
  }

  @Override
  public CounterDataPoint answered(Outcome.Answered outcome) {
    return answered;
  }

  @Override
  public CounterDataPoint invalid(Outcome.Invalid outcome) {
    return invalid;
  }

  /** Also counts the limit that was met. */
  @Override
  public CounterDataPoint overloaded(Outcome.Overloaded outcome) {
    Objects.requireNonNull(refusals.get(outcome.reason())).inc();
    return overloaded;
  }

  @Override
  public CounterDataPoint expired(Outcome.Expired outcome) {
    return expired;
  }

  @Override
  public CounterDataPoint cancelled(Outcome.Cancelled outcome) {
    return cancelled;
  }

  @Override
  public CounterDataPoint unavailable(Outcome.Unavailable outcome) {
    return unavailable;
  }

  @Override
  public CounterDataPoint failed(Outcome.Failed outcome) {
    return failed;
  }
}
