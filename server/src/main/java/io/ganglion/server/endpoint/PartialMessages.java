package io.ganglion.server.endpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what messages hold that have come in part. Flow control does not: what belongs to a
 * message is taken from the window as it comes, and kept until the message is whole. So a
 * connection could hold its calls times the largest message. Thread-safe.
 */
final class PartialMessages extends ServerStreamTracer.Factory {
  private static final Attributes.Key<Held> KEY = Attributes.Key.create("ganglion-partial-bytes");

  /**
   * The sum of all connections follows in such steps: most messages come whole, and lock nothing.
   */
  private static final long STEP_BYTES = 64 << 10;

  private final long mostOfConnection;
  private final long most;
  private final Consumer<SocketAddress> cut;

  @GuardedBy("this")
  private final Set<Held> connections = new HashSet<>();

  @GuardedBy("this")
  private long total;

  /**
   * @param mostOfConnection above it a connection is cut
   * @param most of all connections; above it the one that holds most is cut
   * @param cut ends the connection from that address; called on any network thread
   */
  PartialMessages(long mostOfConnection, long most, Consumer<SocketAddress> cut) {
    this.mostOfConnection = mostOfConnection;
    this.most = most;
    this.cut = cut;
  }

  /** What one connection holds; {@code bytes} belongs to its thread. */
  private static final class Held {
    final @Nullable SocketAddress address;
    long bytes;

    /** As the sum knows it; guarded by its lock. */
    long told;

    Held(@Nullable SocketAddress address) {
      this.address = address;
    }
  }

  ServerTransportFilter filter() {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        Held held = new Held(attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        enter(held);
        return attributes.toBuilder().set(KEY, held).build();
      }

      @Override
      public void transportTerminated(@Nullable Attributes attributes) {
        Held held = attributes == null ? null : attributes.get(KEY);
        if (held != null) {
          leave(held);
        }
      }
    };
  }

  private synchronized void enter(Held held) {
    connections.add(held);
  }

  private synchronized void leave(Held held) {
    if (connections.remove(held)) {
      total -= held.told;
    }
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new Tracer();
  }

  private void add(Held held, long change) {
    held.bytes += change;
    if (held.bytes / STEP_BYTES != (held.bytes - change) / STEP_BYTES) {
      Held over = tell(held, held.bytes / STEP_BYTES * STEP_BYTES);
      if (over != null && over.address != null) {
        cut.accept(over.address);
      }
    }
  }

  /** Null, or the connection that is to be cut; it counts no more. */
  private synchronized @Nullable Held tell(Held held, long bytes) {
    if (!connections.contains(held)) {
      return null; // is being cut
    }
    total += bytes - held.told;
    held.told = bytes;
    Held over = held;
    if (bytes <= mostOfConnection) {
      if (total <= most) {
        return null;
      }
      over = connections.stream().max(Comparator.comparingLong(each -> each.told)).orElse(held);
    }
    leave(over);
    return over;
  }

  /** Follows one call, on its connection's thread. */
  private final class Tracer extends ServerStreamTracer {
    private @Nullable Held held;
    private long bytes;

    @Override
    public void serverCallStarted(ServerCallInfo<?, ?> call) {
      held = call.getAttributes().get(KEY);
      if (held != null) {
        add(held, bytes);
      }
    }

    @Override
    public void inboundWireSize(long more) {
      count(more);
    }

    @Override
    public void inboundMessageRead(int number, long wireSize, long size) {
      count(-bytes); // it is whole
    }

    @Override
    public void streamClosed(Status status) {
      count(-bytes);
    }

    private void count(long change) {
      bytes += change;
      if (held != null) {
        add(held, change);
      }
    }
  }
}
