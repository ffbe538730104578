package io.ganglion.server.grpc;

import io.ganglion.engine.batch.Client;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Limits the requests in flight on one connection, and gives the queue its client. Thread-safe. */
public final class ConnectionQuota {
  private static final Attributes.Key<ConnectionQuota> KEY =
      Attributes.Key.create("ganglion-connection-quota");

  private final int limit;
  private final Client client;
  private final AtomicInteger inFlight = new AtomicInteger();

  ConnectionQuota(int limit, Client client) {
    this.limit = limit;
    this.client = client;
  }

  /** Gives each connection its own quota. */
  static ServerTransportFilter filter(int limit) {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        Client client = new Client(address(attributes));
        return attributes.toBuilder().set(KEY, new ConnectionQuota(limit, client)).build();
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
    ConnectionQuota quota = call.getAttributes().get(KEY);
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
