package io.ganglion.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Attributes;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.LoadBalancer.Helper;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelStateListener;
import io.grpc.util.ForwardingSubchannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A subchannel that is replaced by a new one when it has gone silent, without its policy noticing.
 * gRPC calls it in its channel's context; {@link #link} and {@link #leave} may be called on any
 * thread.
 */
final class WatchedConnection extends ForwardingSubchannel {
  static final Attributes.Key<WatchedConnection> KEY = Attributes.Key.create("ganglion-connection");

  /** What a live server takes at most to accept a new connection. */
  private static final long CONNECTED_WITHIN_NS = TimeUnit.SECONDS.toNanos(2);

  private final Helper helper;
  private final CreateSubchannelArgs args;
  private List<EquivalentAddressGroup> addresses;
  private @Nullable SubchannelStateListener listener;
  private boolean shutDown;
  private boolean ready;
  private volatile Subchannel current;
  private volatile Attributes attributes;
  private volatile Link link = new Link(Silence.LENGTH_NS);

  WatchedConnection(Helper helper, CreateSubchannelArgs args) {
    this.helper = helper;
    this.args = args;
    this.addresses = args.getAddresses();
    this.current = helper.createSubchannel(args);
    this.attributes = withThis(current);
  }

  private Attributes withThis(Subchannel subchannel) {
    return subchannel.getAttributes().toBuilder().set(KEY, this).build();
  }

  @Override
  protected Subchannel delegate() {
    return current;
  }

  @Override
  public Attributes getAttributes() {
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
            ready = state.getState() == ConnectivityState.READY;
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

  /** The present link to the server. */
  Link link() {
    return link;
  }

  /** Replaces a link that has gone silent, unless that has been done already. */
  void leave(Link silent) {
    helper.getSynchronizationContext().execute(() -> replace(silent));
  }

  private void replace(Link silent) {
    SubchannelStateListener to = listener;
    if (shutDown || to == null || silent != link) {
      return; // several calls may report the same silence
    }
    link = new Link(silent.nextPatienceNs());
    ready = false;
    Subchannel old = current;
    Subchannel fresh = helper.createSubchannel(args.toBuilder().setAddresses(addresses).build());
    current = fresh;
    attributes = withThis(fresh);
    start(fresh, to);
    old.shutdown(); // its calls go on: the server may only be slow
    helper
        .getSynchronizationContext()
        .schedule(
            () -> abandonUnlessConnected(silent, fresh),
            CONNECTED_WITHIN_NS,
            TimeUnit.NANOSECONDS,
            helper.getScheduledExecutorService());
    to.onSubchannelState(ConnectivityStateInfo.forNonError(ConnectivityState.IDLE));
  }

  private void abandonUnlessConnected(Link silent, Subchannel fresh) {
    if (shutDown || fresh != current || !ready) {
      silent.abandon();
    }
  }

  /** One connection, with the calls that are open on it. Any thread. */
  static final class Link {
    private static final long MOST_PATIENCE_NS = TimeUnit.SECONDS.toNanos(16);

    final Silence silence = new Silence();
    private final long patienceNs;

    @GuardedBy("this")
    private final Set<AbandonableCalls.Call> calls = new HashSet<>();

    private volatile boolean heard;

    Link(long patienceNs) {
      this.patienceNs = patienceNs;
    }

    void heard() {
      heard = true;
      silence.heard();
    }

    /** Whether nothing has come for so long that other servers should be asked. */
    boolean silent(long nowNs) {
      return silence.lasts(patienceNs, nowNs);
    }

    /** A server that is alive but slow is not connected to again and again. */
    private long nextPatienceNs() {
      return heard ? Silence.LENGTH_NS : Math.min(2 * patienceNs, MOST_PATIENCE_NS);
    }

    synchronized void opened(AbandonableCalls.@Nullable Call call) {
      if (call != null) {
        calls.add(call);
      }
    }

    synchronized void closed(AbandonableCalls.@Nullable Call call) {
      if (call != null) {
        calls.remove(call);
      }
    }

    private void abandon() {
      List<AbandonableCalls.Call> open;
      synchronized (this) {
        open = List.copyOf(calls);
      }
      open.forEach(AbandonableCalls.Call::abandon); // outside the lock: it calls closed()
    }
  }
}
