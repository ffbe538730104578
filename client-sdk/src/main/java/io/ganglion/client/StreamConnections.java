package io.ganglion.client;

import io.ganglion.api.GanglionException;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one stream: the one for new items, those that still answer older items, and
 * when to connect again. Used only in the session's context.
 */
final class StreamConnections {
  private final ClientContext client;
  private final StreamSession session;
  private final SynchronizationContext context;
  private final Set<StreamConnection> open = new HashSet<>();
  private @Nullable StreamConnection current;
  private @Nullable ScheduledFuture<?> reconnect;
  private int failures;
  private @Nullable GanglionException connectFailure;
  private boolean cancelled;

  /**
   * @param session told of what the connections bring, and of failures
   * @param context the session's
   */
  StreamConnections(ClientContext client, StreamSession session, SynchronizationContext context) {
    this.client = client;
    this.session = session;
    this.context = context;
  }

  /** The connection for new items; null while waiting to reconnect. */
  @Nullable StreamConnection forNewItems() {
    Duration age = client.config().streamAge();
    if (current != null && age != null && client.nowNs() - current.openedNs > age.toNanos()) {
      retire(current);
    }
    if (current == null && reconnect == null && !cancelled) {
      connect();
    }
    return current;
  }

  private void connect() {
    try {
      StreamConnection opened = new StreamConnection(session, client.channel(), client.nowNs());
      opened.start();
      current = opened;
      open.add(opened);
    } catch (RuntimeException e) { // thrown by an interceptor or the token's supplier
      session.failWaiting(Errors.bug(e));
    }
  }

  /** Sends new items elsewhere. The connection still answers those it has. */
  void retire(StreamConnection connection) {
    if (current == connection) {
      current = null;
      connection.halfClose();
    }
  }

  /** An item was answered: the server works. */
  void answered() {
    failures = 0;
  }

  /** Why the last attempt to connect failed, if any did. */
  @Nullable GanglionException connectFailure() {
    return connectFailure;
  }

  /** Forgets a connection that has ended. Returns whether new items went to it. */
  boolean ended(StreamConnection connection) {
    open.remove(connection);
    boolean wasCurrent = current == connection;
    if (wasCurrent) {
      current = null;
    }
    return wasCurrent;
  }

  /** The connection for new items broke: connects again when it is time, or fails those items. */
  void broke(StreamConnection connection, GanglionException failure) {
    if (cancelled) {
      return;
    }
    boolean reached = connection.reachedAServer();
    if (!failure.retryable() || (!reached && !client.retry().retries())) {
      session.failWaiting(failure);
      return;
    }
    if (!reached) {
      connectFailure = failure;
    }
    if (connection.answered) {
      failures = 0;
      return; // this server worked until now: reconnect at once
    }
    failures++;
    long delayNs = client.retry().backoffNs(failures, client.random());
    reconnect = client.after(delayNs, () -> context.execute(this::connectAgain));
    if (reconnect == null) {
      session.failWaiting(Errors.closed());
    }
  }

  private void connectAgain() {
    reconnect = null;
    client.connectNow();
    session.pump();
  }

  /** Asks for nothing more. What was asked is still answered. */
  void halfClose() {
    current = null;
    open.forEach(StreamConnection::halfClose);
  }

  /** Ends all connections, for good. */
  void cancel() {
    cancelled = true;
    if (reconnect != null) {
      reconnect.cancel(false);
    }
    List.copyOf(open).forEach(c -> c.cancel("the stream was closed", null));
  }
}
