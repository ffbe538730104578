package io.ganglion.server.grpc;

import io.grpc.Attributes;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import java.util.concurrent.atomic.AtomicInteger;

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
  static ServerTransportFilter filter(int limit) {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        return attributes.toBuilder().set(KEY, new ConnectionQuota(limit)).build();
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
