package io.ganglion.server.grpc;

import io.ganglion.engine.batch.Client;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one connection may have: requests in flight, and answers that it leaves unread. Gives the
 * queue its client. Thread-safe.
 */
public final class ConnectionQuota {
  private static final Attributes.Key<ConnectionQuota> KEY =
      Attributes.Key.create("ganglion-connection-quota");

  private final int limit;
  private final Client client;
  private final UnreadAnswers.Share unread;
  private final ConnectionYield yield;
  private final AtomicInteger inFlight = new AtomicInteger();

  private ConnectionQuota(int limit, UnreadAnswers unread, Attributes connection) {
    this.limit = limit;
    this.client = new Client(address(connection));
    this.unread = unread.new Share();
    this.yield = ConnectionYield.of(connection);
  }

  /** Gives each connection its own quota. */
  static ServerTransportFilter filter(int limit, UnreadAnswers unread) {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        ConnectionQuota quota = new ConnectionQuota(limit, unread, attributes);
        return attributes.toBuilder().set(KEY, quota).build();
      }
    };
  }

  /** The client's address without its port, which does not identify anybody. */
  private static Object address(Attributes attributes) {
    SocketAddress remote = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return remote instanceof InetSocketAddress internet ? internet.getAddress() : "in process";
  }

  /** The quota of the call's connection. */
  public static ConnectionQuota of(ServerCall<?, ?> call) {
    return of(call.getAttributes());
  }

  static ConnectionQuota of(Attributes connection) {
    ConnectionQuota quota = connection.get(KEY);
    if (quota == null) {
      throw new IllegalStateException("the connection was not filtered");
    }
    return quota;
  }

  /** The client whose turns the connection's requests take in the queue. */
  Client client() {
    return client;
  }

  int limit() {
    return limit;
  }

  /** A stream's answers wait until its client reads them: counts their bytes. */
  public void holdUnread(long change) {
    unread.add(change);
  }

  UnreadAnswers.Share unread() {
    return unread;
  }

  ConnectionYield counts() {
    return yield;
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
