package io.ganglion.server.grpc;

import io.grpc.Attributes;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The network thread that serves a connection. Whatever one task sends there leaves in one write;
 * sent from elsewhere, each message may wake that thread for itself.
 */
public final class ConnectionThread {
  private static final Attributes.Key<Executor> KEY =
      Attributes.Key.create("ganglion-connection-thread");

  private ConnectionThread() {}

  /**
   * Remembers each connection's thread.
   *
   * @param current the thread that asks, as an executor which drops tasks once the thread has ended
   */
  public static ServerTransportFilter filter(Supplier<Executor> current) {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        return attributes.toBuilder().set(KEY, current.get()).build();
      }
    };
  }

  /** That of the call's connection; the caller's own where there is no network. */
  public static Executor of(ServerCall<?, ?> call) {
    Executor thread = call.getAttributes().get(KEY);
    return thread == null ? Runnable::run : thread;
  }
}
