package io.ganglion.server.grpc;

import io.ganglion.server.batch.Outcome;
import io.grpc.ServerBuilder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows each request from its arrival to its outcome. Thread-safe; must not throw. */
public interface RequestTracer {
  /** Follows none, and costs nothing. */
  RequestTracer NONE =
      new RequestTracer() {
        @Override
        public void configure(ServerBuilder<?> builder) {}

        @Override
        public @Nullable Consumer<Outcome> begin() {
          return null;
        }
      };

  /** Lets the calls themselves be followed; called before the server is built. */
  void configure(ServerBuilder<?> builder);

  /**
   * A request has arrived, on the thread that gRPC called for it. Returns who is to be told its
   * outcome, once and on any thread; null if nobody.
   */
  @Nullable Consumer<Outcome> begin();
}
