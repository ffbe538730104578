package io.ganglion.loadgen;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.MethodDescriptor;
import java.time.Duration;

/** Takes messages late, so that the client appears to the server as one that does not read. */
final class SlowReader implements ClientInterceptor {
  private final long delayNs;
  private final Scheduler scheduler;

  SlowReader(Duration delay, Scheduler scheduler) {
    this.scheduler = scheduler;
    this.delayNs = delay.toNanos();
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      private boolean first = true;

      @Override
      public void request(int messages) {
        // The caller may request many messages; take them one at a time.
        int asked = first ? 1 : messages;
        first = false;
        scheduler.after(delayNs, () -> super.request(asked));
      }
    };
  }
}
