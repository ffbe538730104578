package io.ganglion.client;

import io.ganglion.api.Classification;
import io.ganglion.api.GanglionException;
import io.ganglion.proto.v1.ClassifyRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One item of a stream: the caller's future and the session's state for it. Only the session's
 * context touches that state.
 */
final class StreamItem extends Reply<Classification> {
  final long id;
  final ClassifyRequest request;
  final Duration deadline;
  final long deadlineNs;
  final boolean holdsPermit;
  private final StreamSession session;

  /** The connection that may answer it; null while it waits to be sent. */
  @Nullable StreamConnection sentOn;

  int attempts;
  boolean abandoned;
  boolean finished;
  @Nullable GanglionException lastFailure;
  @Nullable Classification answer;
  @Nullable GanglionException failure;

  StreamItem(
      StreamSession session,
      long id,
      ClassifyRequest request,
      Duration deadline,
      long deadlineNs,
      boolean holdsPermit) {
    this.session = session;
    this.id = id;
    this.request = request;
    this.deadline = deadline;
    this.deadlineNs = deadlineNs;
    this.holdsPermit = holdsPermit;
  }

  long acceptedNs() {
    return deadlineNs - deadline.toNanos();
  }

  @Override
  void abandon() {
    session.abandoned(this);
  }

  @Override
  long deadlineNs() {
    return deadlineNs;
  }

  @Override
  void expire() {
    session.expireDue();
  }
}
