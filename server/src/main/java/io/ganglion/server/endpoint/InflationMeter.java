package io.ganglion.server.endpoint;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import java.net.SocketAddress;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a connection's compressed messages became beyond what was sent, and cuts a connection
 * that makes the server inflate without end. {@link BoundedGzip} bounds each message, but not how
 * many come. Thread-safe.
 */
final class InflationMeter extends ServerStreamTracer.Factory {
  /**
   * What a connection may gain within a window: 10,000 texts of 300 bytes a second that gzip makes
   * a third as large gain a third of it.
   */
  static final long MOST_BYTES = 64 << 20;

  private static final long WINDOW_NS = 10_000_000_000L;
  private static final Attributes.Key<Gain> KEY = Attributes.Key.create("ganglion-inflation");

  private final LongSupplier clock;
  private final Consumer<SocketAddress> cut;

  /**
   * @param clock nanoseconds
   * @param cut ends the connection from that address; called on its network thread
   */
  InflationMeter(LongSupplier clock, Consumer<SocketAddress> cut) {
    this.clock = clock;
    this.cut = cut;
  }

  ServerTransportFilter filter() {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        Gain gain = new Gain(attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        return attributes.toBuilder().set(KEY, gain).build();
      }
    };
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new Tracer();
  }

  /** The gain of one connection; belongs to its thread. */
  private final class Gain {
    private final @Nullable SocketAddress address;
    private long windowStartNs = clock.getAsLong();
    private long bytes;

    Gain(@Nullable SocketAddress address) {
      this.address = address;
    }

    void add(long more) {
      long nowNs = clock.getAsLong();
      if (nowNs - windowStartNs >= WINDOW_NS) {
        windowStartNs = nowNs;
        bytes = 0;
      }
      boolean before = bytes > MOST_BYTES;
      bytes += more;
      if (!before && bytes > MOST_BYTES && address != null) {
        cut.accept(address);
      }
    }
  }

  /** Follows one call, on its connection's thread. */
  private static final class Tracer extends ServerStreamTracer {
    private @Nullable Gain gain;
    private long sent;

    @Override
    public void serverCallStarted(ServerCallInfo<?, ?> call) {
      gain = call.getAttributes().get(KEY);
    }

    @Override
    public void inboundWireSize(long bytes) {
      sent += bytes;
    }

    /** What comes out is set against what was sent for it, so that plain messages gain nothing. */
    @Override
    public void inboundUncompressedSize(long bytes) {
      long paid = Math.min(sent, bytes);
      sent -= paid;
      if (gain != null && bytes > paid) {
        gain.add(bytes - paid);
      }
    }
  }
}
