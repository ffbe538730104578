package io.ganglion.client;

import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.Metadata;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import io.grpc.util.ForwardingClientStreamTracer;
import io.grpc.util.ForwardingLoadBalancer;
import io.grpc.util.ForwardingLoadBalancerHelper;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Wraps a balancing policy: replaces a silent connection by a new one to the same server, as if the
 * old one had been closed. The server gets calls again once it has answered on the new connection.
 * So a dead server gets no calls, and a slow one is back at once. A connection is silent when calls
 * have expired on it; where there are other servers, already when nothing has come for 2 s. If the
 * server then accepts no new connection within 2 s, the calls of the old one fail, to be tried
 * elsewhere. gRPC calls it in its channel's context, and pickers and tracers on any thread.
 */
final class SilenceBalancer extends ForwardingLoadBalancer {
  private static final Map<String, Provider> PROVIDERS = new ConcurrentHashMap<>();

  private final LoadBalancer policy;

  private SilenceBalancer(LoadBalancer policy) {
    this.policy = policy;
  }

  /**
   * Registers the wrapped policy with gRPC and returns its name.
   *
   * @param policy the name of a registered policy
   */
  static String around(String policy) {
    return PROVIDERS.computeIfAbsent(policy, SilenceBalancer::register).getPolicyName();
  }

  private static Provider register(String policy) {
    LoadBalancerRegistry registry = LoadBalancerRegistry.getDefaultRegistry();
    Provider provider = new Provider(Objects.requireNonNull(registry.getProvider(policy), policy));
    registry.register(provider);
    return provider;
  }

  @Override
  protected LoadBalancer delegate() {
    return policy;
  }

  @Override
  public Status acceptResolvedAddresses(ResolvedAddresses addresses) {
    return policy.acceptResolvedAddresses(addresses);
  }

  private static final class WatchingHelper extends ForwardingLoadBalancerHelper {
    private final Helper helper;
    private final boolean spreads;

    WatchingHelper(Helper helper, boolean spreads) {
      this.helper = helper;
      this.spreads = spreads;
    }

    @Override
    protected Helper delegate() {
      return helper;
    }

    @Override
    public Subchannel createSubchannel(CreateSubchannelArgs args) {
      return new WatchedConnection(helper, args);
    }

    @Override
    public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
      helper.updateBalancingState(state, new WatchingPicker(picker, spreads));
    }
  }

  private static final class WatchingPicker extends SubchannelPicker {
    /** How often another server is picked instead of one that has gone silent. */
    private static final int PICKS = 4;

    private final SubchannelPicker picker;
    private final boolean spreads;

    WatchingPicker(SubchannelPicker picker, boolean spreads) {
      this.picker = picker;
      this.spreads = spreads;
    }

    @Override
    public PickResult pickSubchannel(PickSubchannelArgs args) {
      PickResult picked = picker.pickSubchannel(args);
      WatchedConnection connection = connection(picked);
      for (int i = 1; i < PICKS && connection != null && leftAsSilent(connection); i++) {
        picked = picker.pickSubchannel(args);
        connection = connection(picked);
      }
      return connection == null
          ? picked
          : picked.copyWithStreamTracerFactory(
              new Watch(connection, picked.getStreamTracerFactory()));
    }

    private boolean leftAsSilent(WatchedConnection connection) {
      WatchedConnection.Link link = connection.link();
      if (!spreads || !link.silent(System.nanoTime())) {
        return false;
      }
      connection.leave(link);
      return true;
    }

    /** Found by attribute, because health checking wraps our subchannels in its own. */
    private static @Nullable WatchedConnection connection(PickResult picked) {
      Subchannel subchannel = picked.getSubchannel();
      return subchannel == null ? null : subchannel.getAttributes().get(WatchedConnection.KEY);
    }

    @Override
    public String toString() {
      return picker.toString();
    }
  }

  /** Watches the calls of one connection. */
  private static final class Watch extends ClientStreamTracer.Factory {
    private final WatchedConnection connection;
    private final ClientStreamTracer.@Nullable Factory inner;

    Watch(WatchedConnection connection, ClientStreamTracer.@Nullable Factory inner) {
      this.connection = connection;
      this.inner = inner;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      ClientStreamTracer tracer =
          inner == null ? new ClientStreamTracer() {} : inner.newClientStreamTracer(info, headers);
      return new CallTracer(tracer, connection, info.getCallOptions());
    }
  }

  private static final class CallTracer extends ForwardingClientStreamTracer {
    private final ClientStreamTracer tracer;
    private final WatchedConnection connection;
    private final WatchedConnection.Link link;
    private final AbandonableCalls.@Nullable Call call;

    CallTracer(ClientStreamTracer tracer, WatchedConnection connection, CallOptions options) {
      this.tracer = tracer;
      this.connection = connection;
      this.link = connection.link();
      this.call = options.getOption(AbandonableCalls.KEY);
      link.silence.asked(System.nanoTime());
      link.opened(call);
    }

    @Override
    protected ClientStreamTracer delegate() {
      return tracer;
    }

    @Override
    public void inboundHeaders(Metadata headers) {
      link.heard();
      super.inboundHeaders(headers);
    }

    @Override
    public void inboundMessage(int number) {
      link.heard();
      super.inboundMessage(number);
    }

    @Override
    public void inboundTrailers(Metadata trailers) {
      link.heard();
      super.inboundTrailers(trailers);
    }

    @Override
    public void streamClosed(Status status) {
      boolean endedHere =
          status.getCode() == Status.Code.DEADLINE_EXCEEDED
              || status.getCode() == Status.Code.CANCELLED;
      // A stream is one call with many requests; its session has counted them.
      int requests = status.getCause() instanceof Silence.Left ? Silence.ENDED : 1;
      link.closed(call);
      if (endedHere && link.silence.ended(requests, System.nanoTime())) {
        connection.leave(link);
      }
      super.streamClosed(status);
    }
  }

  private static final class Provider extends LoadBalancerProvider {
    private final LoadBalancerProvider policy;

    Provider(LoadBalancerProvider policy) {
      this.policy = policy;
    }

    @Override
    public boolean isAvailable() {
      return true;
    }

    @Override
    public int getPriority() {
      return 5;
    }

    @Override
    public String getPolicyName() {
      return "ganglion_watched_" + policy.getPolicyName();
    }

    @Override
    public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> config) {
      return policy.parseLoadBalancingPolicyConfig(config);
    }

    @Override
    public LoadBalancer newLoadBalancer(Helper helper) {
      boolean spreads = !policy.getPolicyName().equals("pick_first");
      return new SilenceBalancer(policy.newLoadBalancer(new WatchingHelper(helper, spreads)));
    }
  }
}
