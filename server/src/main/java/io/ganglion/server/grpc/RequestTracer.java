package io.ganglion.server.grpc;

import io.ganglion.engine.batch.Outcome;
import io.grpc.ServerBuilder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows each request from its arrival to its outcome. Thread-safe; must not throw. */
public interface RequestTracer {
  /** Follows no request and costs nothing. */
  RequestTracer NONE =
      new RequestTracer() {
        @Override
        public void configure(ServerBuilder<?> builder) {}

        @Override
        public @Nullable Consumer<Outcome> begin() {
          return null;
        }
      };

  /** Installs tracing of the calls themselves. Called before the server is built. */
  void configure(ServerBuilder<?> builder);

  /**
   * A request has arrived. Called on gRPC's thread. Returns a receiver of its outcome, called once
   * on any thread; null if the request is not followed.
   */
  @Nullable Consumer<Outcome> begin();
}
