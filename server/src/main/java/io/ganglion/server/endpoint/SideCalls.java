package io.ganglion.server.endpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls of health, reflection and channelz. A client may watch health for as long as it runs, so a
 * stopping server must end such calls instead of waiting for them. Thread-safe.
 */
final class SideCalls implements ServerInterceptor {
  private final Set<Open<?, ?>> open = ConcurrentHashMap.newKeySet();

  ServerServiceDefinition follow(BindableService service) {
    return ServerInterceptors.intercept(service, this);
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Open<Q, R> followed = new Open<>(call);
    open.add(followed);
    return new SimpleForwardingServerCallListener<>(next.startCall(followed, headers)) {
      @Override
      public void onCancel() {
        open.remove(followed);
        super.onCancel();
      }

      @Override
      public void onComplete() {
        open.remove(followed);
        super.onComplete();
      }
    };
  }

  /** Ends all open calls. */
  void endAll() {
    Status status = Status.UNAVAILABLE.withDescription("the server is shutting down");
    open.forEach(call -> call.close(status, new Metadata()));
  }

  /**
   * A call that the service or the stopping server may close. What its service sends afterwards is
   * dropped.
   */
  private static final class Open<Q, R> extends SimpleForwardingServerCall<Q, R> {
    @GuardedBy("this")
    private boolean closed;

    Open(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public synchronized void sendMessage(R message) {
      if (!closed) {
        super.sendMessage(message);
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (!closed) {
        closed = true;
        super.close(status, trailers);
      }
    }
  }
}
