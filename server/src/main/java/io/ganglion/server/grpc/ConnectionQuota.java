package io.ganglion.server.grpc;

import io.grpc.Attributes;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Requests in flight on one connection, so that no client takes the whole queue. Thread-safe. */
public final class ConnectionQuota {
  private static final Attributes.Key<ConnectionQuota> KEY =
      Attributes.Key.create("ganglion-connection-quota");

  private final int limit;
  private final AtomicInteger inFlight = new AtomicInteger();

  ConnectionQuota(int limit) {
    this.limit = limit;
  }

  /** Gives each connection a quota of its own. */
  public static ServerTransportFilter filter(int limit, WireEvents events) {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        events.onConnection(1);
        return attributes.toBuilder().set(KEY, new ConnectionQuota(limit)).build();
      }

      @Override
      public void transportTerminated(@Nullable Attributes attributes) {
        if (attributes != null && attributes.get(KEY) != null) { // else it never became ready
          events.onConnection(-1);
        }
      }
    };
  }

  /** The quota of the call's connection. */
  public static ConnectionQuota of(ServerCall<?, ?> call) {
    ConnectionQuota quota = call.getAttributes().get(KEY);
    if (quota == null) {
      throw new IllegalStateException("the connection was not filtered");
    }
    return quota;
  }

  int limit() {
    return limit;
  }

  boolean tryAcquire() {
    if (inFlight.incrementAndGet() > limit) {
      inFlight.decrementAndGet();
      return false;
    }
    return true;
  }

  void release() {
    inFlight.decrementAndGet();
  }
}
