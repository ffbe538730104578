package io.ganglion.server.grpc;

import io.grpc.Attributes;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The network thread of a connection. Messages that one task sends on this thread leave in one
 * write. Sent from another thread, each message may wake the network thread.
 */
public final class ConnectionThread {
  private static final Attributes.Key<Executor> KEY =
      Attributes.Key.create("ganglion-connection-thread");

  private ConnectionThread() {}

  /**
   * Remembers each connection's thread.
   *
   * @param thread gives the connection's thread, which is the calling one, as an executor; it drops
   *     tasks once the thread has ended
   */
  public static ServerTransportFilter filter(Function<Attributes, Executor> thread) {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        return attributes.toBuilder().set(KEY, thread.apply(attributes)).build();
      }
    };
  }

  /** The thread of the call's connection; the calling thread if there is no network. */
  public static Executor of(ServerCall<?, ?> call) {
    Executor thread = call.getAttributes().get(KEY);
    return thread == null ? Runnable::run : thread;
  }
}
