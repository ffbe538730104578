package io.ganglion.engine;

import io.ganglion.api.GanglionException;
import io.ganglion.engine.batch.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Turns outcomes without an answer into exceptions. Stateless. */
final class Failures implements Outcome.Cases<GanglionException> {
  private static final Failures CASES = new Failures();
  private static final String INVALID = "INVALID_ARGUMENT";
  private static final String UNAVAILABLE = "UNAVAILABLE";
  private static final String OVERLOADED = "RESOURCE_EXHAUSTED";

  private Failures() {}

  static GanglionException of(Outcome outcome) {
    return outcome.map(CASES);
  }

  static GanglionException invalid(String message) {
    return new GanglionException.InvalidRequest(INVALID, message, null);
  }

  static GanglionException closed() {
    return new GanglionException.Unavailable(UNAVAILABLE, "the engine is closed", null, null);
  }

  static GanglionException full(int calls) {
    return new GanglionException.Overloaded(
        OVERLOADED, "the engine has " + calls + " calls in flight already", null, null);
  }

  static GanglionException unanswerable(String message) {
    return new GanglionException.Unimplemented("UNIMPLEMENTED", message, null);
  }

  static GanglionException bug(Throwable thrown) {
    return new GanglionException.Internal("INTERNAL", "the engine failed: " + thrown, thrown);
  }

  @Override
  public GanglionException answered(Outcome.Answered outcome) {
    throw new IllegalArgumentException("an answer is no failure");
  }

  @Override
  public GanglionException invalid(Outcome.Invalid outcome) {
    return invalid(outcome.message());
  }

  @Override
  public GanglionException overloaded(Outcome.Overloaded outcome) {
    return new GanglionException.Overloaded(
        OVERLOADED, outcome.message(), after(outcome.retryAfterNs()), null);
  }

  @Override
  public GanglionException expired(Outcome.Expired outcome) {
    return new GanglionException.DeadlineExceeded("DEADLINE_EXCEEDED", outcome.message(), null);
  }

  @Override
  public GanglionException cancelled(Outcome.Cancelled outcome) {
    return new GanglionException.Unavailable("CANCELLED", "the request was given up", null, null);
  }

  @Override
  public GanglionException unavailable(Outcome.Unavailable outcome) {
    return new GanglionException.Unavailable(
        UNAVAILABLE, outcome.message(), after(outcome.retryAfterNs()), null);
  }

  @Override
  public GanglionException failed(Outcome.Failed outcome) {
    return new GanglionException.Internal("INTERNAL", outcome.message(), null);
  }

  private static @Nullable Duration after(long ns) {
    return ns == 0 ? null : Duration.ofNanos(ns);
  }
}
