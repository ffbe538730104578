package io.ganglion.server.grpc;

import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls that do not end by themselves: streams, and calls that have asked nothing yet. A server
 * that stops must end them, or it would wait for them. Thread-safe.
 */
public final class LingeringCalls {
  private final Set<Call> open = ConcurrentHashMap.newKeySet();

  LingeringCalls() {}

  /** One of them; compared by identity. */
  public interface Call {
    /** Ends it as soon as what it was asked is answered. */
    void end(Status status);

    /** Whether it holds all it may, and its client has read nothing for a second. */
    boolean stalled();
  }

  public void add(Call call) {
    open.add(call);
  }

  /** True for one caller only: who may say how the call ends. */
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
