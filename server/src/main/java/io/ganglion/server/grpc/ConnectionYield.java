package io.ganglion.server.grpc;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How much a connection asks for, and how much of that comes to something. A call and each request
 * in it ask once; a call that ends with OK and a request that is answered yield once. Thread-safe.
 */
public final class ConnectionYield {
  private static final Attributes.Key<ConnectionYield> KEY =
      Attributes.Key.create("ganglion-connection-yield");

  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong yielded = new AtomicLong();

  /** Gives each connection its counts, if anybody counts. */
  public static ServerTransportFilter filter(
      Function<Attributes, @Nullable ConnectionYield> ofConnection) {
    return new ServerTransportFilter() {
      @Override
      public Attributes transportReady(Attributes attributes) {
        ConnectionYield yield = ofConnection.apply(attributes);
        return yield == null ? attributes : attributes.toBuilder().set(KEY, yield).build();
      }
    };
  }

  /** Counts the calls that end well. That they began must be told by whoever sees them begin. */
  public static ServerStreamTracer.Factory calls() {
    return new ServerStreamTracer.Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Tracer();
      }
    };
  }

  /** The counts of the connection; new ones if nobody counts. */
  static ConnectionYield of(Attributes attributes) {
    ConnectionYield yield = attributes.get(KEY);
    return yield == null ? new ConnectionYield() : yield;
  }

  /** Counts calls that have begun, or requests that have come. */
  public void asked(long more) {
    asked.addAndGet(more);
  }

  /** Counts one that has ended well. */
  public void yielded() {
    yielded.incrementAndGet();
  }

  public long countAsked() {
    return asked.get();
  }

  public long countYielded() {
    return yielded.get();
  }

  /** Follows one call, on its connection's thread. */
  private static final class Tracer extends ServerStreamTracer {
    private @Nullable ConnectionYield yield;

    @Override
    public void serverCallStarted(ServerCallInfo<?, ?> call) {
      yield = call.getAttributes().get(KEY);
    }

    @Override
    public void streamClosed(Status status) {
      if (status.isOk() && yield != null) {
        yield.yielded();
      }
    }
  }
}
