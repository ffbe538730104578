package io.ganglion.server.grpc;

import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls that do not end by themselves: streams, and calls that have not sent a request. A stopping
 * server must end them, otherwise it would wait for them. Thread-safe.
 */
public final class LingeringCalls {
  private final Set<Call> open = ConcurrentHashMap.newKeySet();

  LingeringCalls() {}

  /** A lingering call. Compared by identity. */
  public interface Call {
    /** Ends it as soon as its requests are answered. */
    void end(Status status);

    /** Whether it holds as many items as it may and its client has read nothing for a second. */
    boolean stalled();
  }

  public void add(Call call) {
    open.add(call);
  }

  /** Removes the call. Returns true for only one caller, which may then end the call. */
  public boolean remove(Call call) {
    return open.remove(call);
  }

  int stalled() {
    int stalled = 0;
    for (Call call : open) {
      stalled += call.stalled() ? 1 : 0;
    }
    return stalled;
  }

  void endAll(Status status) {
    open.forEach(call -> call.end(status));
  }
}
