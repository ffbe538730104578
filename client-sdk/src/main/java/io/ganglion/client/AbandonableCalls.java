package io.ganglion.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Lets a balancer end calls whose server has died without a word. They fail as if the connection
 * had been closed, so they may be tried elsewhere. gRPC itself has no way to do so before its
 * keep-alive gives up. Thread-safe.
 */
final class AbandonableCalls implements ClientInterceptor {
  /** By which a balancer finds the call of a stream. */
  static final CallOptions.Key<Call> KEY = CallOptions.Key.create("ganglion-abandonable");

  /** Ends one call. Any thread. */
  static final class Call {
    private volatile @Nullable ClientCall<?, ?> call;
    private volatile boolean abandoned;

    void abandon() {
      ClientCall<?, ?> started = call;
      if (started != null) {
        abandoned = true;
        started.cancel("the server has gone silent", null); // does nothing if it has ended
      }
    }

    private Status told(Status status) {
      return abandoned && status.getCode() == Status.Code.CANCELLED
          ? Status.UNAVAILABLE.withDescription("the server has gone silent")
          : status;
    }
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    Call handle = new Call();
    ClientCall<Q, A> call = next.newCall(method, options.withOption(KEY, handle));
    return new SimpleForwardingClientCall<>(call) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        handle.call = call;
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                super.onClose(handle.told(status), trailers);
              }
            },
            headers);
      }
    };
  }
}
