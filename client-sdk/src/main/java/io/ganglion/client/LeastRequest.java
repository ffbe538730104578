package io.ganglion.client;

import io.grpc.ClientStreamTracer;
import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;
import io.grpc.util.MultiChildLoadBalancer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Picks two connected servers at random and sends the call to the one with fewer open calls. gRPC
 * calls it in its channel's context, and its pickers on any thread.
 */
final class LeastRequest extends MultiChildLoadBalancer {
  private static final String POLICY = "ganglion_least_request";

  private final Map<Object, AtomicInteger> openCalls = new ConcurrentHashMap<>();

  private LeastRequest(Helper helper) {
    super(helper);
  }

  /** Registers the policy with gRPC and returns its name. */
  static String register() {
    LoadBalancerRegistry.getDefaultRegistry().register(Provider.INSTANCE);
    return POLICY;
  }

  @Override
  protected ChildLbState createChildLbState(Object key) {
    return new Child(key);
  }

  @Override
  protected void updateOverallBalancingState() {
    List<Server> ready = new ArrayList<>();
    for (ChildLbState child : getReadyChildren()) {
      AtomicInteger open = openCalls.computeIfAbsent(child.getKey(), key -> new AtomicInteger());
      ready.add(new Server(child.getCurrentPicker(), new CallCounter(open)));
    }
    openCalls.keySet().retainAll(getChildLbStates().stream().map(ChildLbState::getKey).toList());
    if (!ready.isEmpty()) {
      update(ConnectivityState.READY, new TwoChoices(List.copyOf(ready)));
      return;
    }
    Collection<ChildLbState> children = getChildLbStates();
    for (ChildLbState child : children) {
      ConnectivityState state = child.getCurrentState();
      if (state == ConnectivityState.CONNECTING || state == ConnectivityState.IDLE) {
        update(ConnectivityState.CONNECTING, new FixedResultPicker(PickResult.withNoResult()));
        return;
      }
    }
    children.stream()
        .findFirst()
        .ifPresent(child -> update(ConnectivityState.TRANSIENT_FAILURE, child.getCurrentPicker()));
  }

  private void update(ConnectivityState state, SubchannelPicker picker) {
    currentConnectivityState = state;
    getHelper().updateBalancingState(state, picker);
  }

  /** One server. It reopens a connection that has ended, because nothing else would. */
  private final class Child extends ChildLbState {
    Child(Object key) {
      super(key, pickFirstLbProvider);
    }

    @Override
    protected ChildLbStateHelper createChildHelper() {
      return new ChildLbStateHelper() {
        @Override
        public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
          super.updateBalancingState(state, picker);
          if (!resolvingAddresses && state == ConnectivityState.IDLE) {
            getLb().requestConnection();
          }
        }
      };
    }
  }

  private record Server(SubchannelPicker picker, CallCounter calls) {}

  private static final class TwoChoices extends SubchannelPicker {
    private final List<Server> servers;

    TwoChoices(List<Server> servers) {
      this.servers = servers;
    }

    @Override
    public PickResult pickSubchannel(PickSubchannelArgs args) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      int first = random.nextInt(servers.size());
      int step = servers.size() == 1 ? 0 : 1 + random.nextInt(servers.size() - 1);
      Server one = servers.get(first);
      Server other = servers.get((first + step) % servers.size());
      Server less = one.calls().open() <= other.calls().open() ? one : other;
      PickResult picked = less.picker().pickSubchannel(args);
      return picked.getSubchannel() == null
          ? picked
          : picked.copyWithStreamTracerFactory(less.calls());
    }
  }

  /** Counts the calls that are open on one server. */
  private static final class CallCounter extends ClientStreamTracer.Factory {
    private final AtomicInteger open;

    CallCounter(AtomicInteger open) {
      this.open = open;
    }

    int open() {
      return open.get();
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      open.incrementAndGet();
      return new ClientStreamTracer() {
        @Override
        public void streamClosed(Status status) {
          open.decrementAndGet();
        }
      };
    }
  }

  private static final class Provider extends LoadBalancerProvider {
    static final Provider INSTANCE = new Provider();

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
      return POLICY;
    }

    @Override
    public LoadBalancer newLoadBalancer(Helper helper) {
      return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(
          new Factory() {
            @Override
            public LoadBalancer newLoadBalancer(Helper inner) {
              return new LeastRequest(inner);
            }
          },
          helper);
    }
  }
}
