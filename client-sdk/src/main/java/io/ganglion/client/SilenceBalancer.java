package io.ganglion.client;

import io.grpc.ClientStreamTracer;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.Metadata;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import io.grpc.util.ForwardingClientStreamTracer;
import io.grpc.util.ForwardingLoadBalancer;
import io.grpc.util.ForwardingLoadBalancerHelper;
import io.grpc.util.ForwardingSubchannel;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Wraps a balancing policy: replaces a silent connection by a new one to the same server, as if the
 * old one had been closed. The server gets calls again once it has answered on the new connection.
 * So a dead server gets no calls, and a slow one is back at once. gRPC calls it in its channel's
 * context, and pickers and tracers on any thread.
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

    WatchingHelper(Helper helper) {
      this.helper = helper;
    }

    @Override
    protected Helper delegate() {
      return helper;
    }

    @Override
    public Subchannel createSubchannel(CreateSubchannelArgs args) {
      return new Connection(helper, args);
    }

    @Override
    public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
      helper.updateBalancingState(state, new WatchingPicker(picker));
    }
  }

  private static final class WatchingPicker extends SubchannelPicker {
    private final SubchannelPicker picker;

    WatchingPicker(SubchannelPicker picker) {
      this.picker = picker;
    }

    @Override
    public PickResult pickSubchannel(PickSubchannelArgs args) {
      PickResult picked = picker.pickSubchannel(args);
      Subchannel subchannel = picked.getSubchannel();
      // Found by attribute, because health checking wraps our subchannels in its own.
      Connection connection =
          subchannel == null ? null : subchannel.getAttributes().get(Connection.KEY);
      return connection == null
          ? picked
          : picked.copyWithStreamTracerFactory(
              new Watch(connection, picked.getStreamTracerFactory()));
    }

    @Override
    public String toString() {
      return picker.toString();
    }
  }

  /** Watches the calls of one connection. */
  private static final class Watch extends ClientStreamTracer.Factory {
    private final Connection connection;
    private final ClientStreamTracer.@Nullable Factory inner;

    Watch(Connection connection, ClientStreamTracer.@Nullable Factory inner) {
      this.connection = connection;
      this.inner = inner;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      ClientStreamTracer tracer =
          inner == null ? new ClientStreamTracer() {} : inner.newClientStreamTracer(info, headers);
      return new CallTracer(tracer, connection, connection.asked());
    }
  }

  private static final class CallTracer extends ForwardingClientStreamTracer {
    private final ClientStreamTracer tracer;
    private final Connection connection;
    private final Silence silence;

    CallTracer(ClientStreamTracer tracer, Connection connection, Silence silence) {
      this.tracer = tracer;
      this.connection = connection;
      this.silence = silence;
    }

    @Override
    protected ClientStreamTracer delegate() {
      return tracer;
    }

    @Override
    public void inboundHeaders(Metadata headers) {
      silence.heard();
      super.inboundHeaders(headers);
    }

    @Override
    public void inboundMessage(int number) {
      silence.heard();
      super.inboundMessage(number);
    }

    @Override
    public void inboundTrailers(Metadata trailers) {
      silence.heard();
      super.inboundTrailers(trailers);
    }

    @Override
    public void streamClosed(Status status) {
      boolean endedHere =
          status.getCode() == Status.Code.DEADLINE_EXCEEDED
              || status.getCode() == Status.Code.CANCELLED;
      // A stream is one call with many requests; its session has counted them.
      int requests = status.getCause() instanceof Silence.Left ? Silence.ENDED : 1;
      if (endedHere && silence.ended(requests, System.nanoTime())) {
        connection.leave(silence);
      }
      super.streamClosed(status);
    }
  }

  /** A subchannel that is replaced by a new one without its policy noticing. */
  private static final class Connection extends ForwardingSubchannel {
    static final io.grpc.Attributes.Key<Connection> KEY =
        io.grpc.Attributes.Key.create("ganglion-connection");

    private final Helper helper;
    private final CreateSubchannelArgs args;
    private List<EquivalentAddressGroup> addresses;
    private @Nullable SubchannelStateListener listener;
    private boolean shutDown;
    private volatile Subchannel current;
    private volatile io.grpc.Attributes attributes;
    private volatile Silence silence = new Silence();

    Connection(Helper helper, CreateSubchannelArgs args) {
      this.helper = helper;
      this.args = args;
      this.addresses = args.getAddresses();
      this.current = helper.createSubchannel(args);
      this.attributes = withThis(current);
    }

    private io.grpc.Attributes withThis(Subchannel subchannel) {
      return subchannel.getAttributes().toBuilder().set(KEY, this).build();
    }

    @Override
    protected Subchannel delegate() {
      return current;
    }

    @Override
    public io.grpc.Attributes getAttributes() {
      return attributes;
    }

    @Override
    public void start(SubchannelStateListener listener) {
      this.listener = listener;
      start(current, listener);
    }

    private void start(Subchannel subchannel, SubchannelStateListener to) {
      subchannel.start(
          state -> {
            if (subchannel == current) {
              to.onSubchannelState(state);
            }
          });
    }

    @Override
    public void updateAddresses(List<EquivalentAddressGroup> addresses) {
      this.addresses = addresses;
      current.updateAddresses(addresses);
    }

    @Override
    public void shutdown() {
      shutDown = true;
      current.shutdown();
    }

    Silence asked() {
      Silence now = silence;
      now.asked(System.nanoTime());
      return now;
    }

    /** Any thread. */
    void leave(Silence silent) {
      helper.getSynchronizationContext().execute(() -> replace(silent));
    }

    private void replace(Silence silent) {
      SubchannelStateListener to = listener;
      if (shutDown || to == null || silent != silence) {
        return; // several calls may report the same silence
      }
      silence = new Silence();
      Subchannel old = current;
      current = helper.createSubchannel(args.toBuilder().setAddresses(addresses).build());
      attributes = withThis(current);
      start(current, to);
      old.shutdown();
      to.onSubchannelState(ConnectivityStateInfo.forNonError(ConnectivityState.IDLE));
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
      return new SilenceBalancer(policy.newLoadBalancer(new WatchingHelper(helper)));
    }
  }
}
