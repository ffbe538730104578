package io.ganglion.server.grpc;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of answers that clients leave unread. A connection that has too many of them
 * gets no more requests run. It may have as many as are free for all, so that those who hold little
 * are served however much others hold. Thread-safe.
 */
final class UnreadAnswers extends ServerStreamTracer.Factory {
  /** Some large answers: 1,024 vectors of 1,024 values have 4 MiB. */
  private static final long MOST_OF_CONNECTION = 8 << 20;

  /** A connection that holds no more than this is served in any case. */
  private static final long LITTLE = 64 << 10;

  /** All connections together may hold this share of the heap so. */
  private static final int HEAP_SHARE = 8;

  private final long mostOfConnection;
  private final long most;
  private final AtomicLong total = new AtomicLong();

  UnreadAnswers() {
    this(MOST_OF_CONNECTION, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  UnreadAnswers(long mostOfConnection, long most) {
    this.mostOfConnection = mostOfConnection;
    this.most = most;
  }

  /** The answers of one connection. */
  final class Share {
    private final AtomicLong bytes = new AtomicLong();

    void add(long change) {
      bytes.addAndGet(change);
      total.addAndGet(change);
    }

    boolean isFull() {
      long free = most - total.get();
      return bytes.get() > Math.max(LITTLE, Math.min(mostOfConnection, free));
    }

    long bytes() {
      return bytes.get();
    }
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new Tracer();
  }

  /**
   * Follows one call. Its answer is unread until the call is closed, which is when its last byte
   * has gone out. A stream counts its own, because it goes on.
   */
  private static final class Tracer extends ServerStreamTracer {
    private final AtomicLong held = new AtomicLong();
    private @Nullable Share share;

    @Override
    public void serverCallStarted(ServerCallInfo<?, ?> call) {
      if (call.getMethodDescriptor().getType().serverSendsOneMessage()) {
        share = ConnectionQuota.of(call.getAttributes()).unread();
      }
    }

    @Override
    public void outboundWireSize(long bytes) {
      if (share != null) {
        held.addAndGet(bytes);
        share.add(bytes);
      }
    }

    @Override
    public void streamClosed(Status status) {
      if (share != null) {
        share.add(-held.getAndSet(0));
      }
    }
  }
}
