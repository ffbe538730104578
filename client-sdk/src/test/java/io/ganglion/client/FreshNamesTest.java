package io.ganglion.client;

import static io.ganglion.client.ScriptedServer.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.Conditions;
import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FreshNamesTest {
  private final List<Integer> ports = new CopyOnWriteArrayList<>();
  private final AtomicInteger shutdowns = new AtomicInteger();

  @Test
  void aServerThatJoinsLaterGetsCallsThoughNoConnectionHasEnded() throws Exception {
    Names provider = new Names();
    NameResolverRegistry.getDefaultRegistry().register(provider);
    try (ScriptedServer one = ScriptedServer.start((text, times) -> ANSWER);
        ScriptedServer two = ScriptedServer.start((text, times) -> ANSWER)) {
      ports.add(one.port());
      ManagedChannel channel =
          ManagedChannelBuilder.forTarget("joining:///fleet")
              .usePlaintext()
              .defaultLoadBalancingPolicy("round_robin")
              .build();
      try (GanglionClient client = GanglionClient.builder().channel(channel).build()) {
        client.classify("a", "b").join();
        ports.add(two.port());
        Conditions.await(
            () -> {
              client.classify("a", "b").join();
              return two.received.get() > 0;
            });
      } finally {
        channel.shutdownNow();
      }
      Conditions.await(() -> shutdowns.get() == 1);
    } finally {
      NameResolverRegistry.getDefaultRegistry().deregister(provider);
    }
    assertThat(shutdowns).hasValue(1);
  }

  /** Names that never tell by themselves that they have changed, as DNS. */
  private final class Names extends NameResolverProvider {
    @Override
    public NameResolver newNameResolver(URI uri, NameResolver.Args args) {
      return uri.getScheme().equals("joining") ? new FreshNames(new Silent(), args, 20) : null;
    }

    @Override
    public String getDefaultScheme() {
      return "joining";
    }

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 4;
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
      return List.of(InetSocketAddress.class);
    }
  }

  private final class Silent extends NameResolver {
    private Listener2 listener;

    @Override
    public String getServiceAuthority() {
      return "fleet";
    }

    @Override
    public void start(Listener2 to) {
      listener = to;
      refresh();
    }

    @Override
    public void refresh() {
      List<EquivalentAddressGroup> groups =
          ports.stream()
              .map(port -> new EquivalentAddressGroup(new InetSocketAddress("localhost", port)))
              .toList();
      listener.onResult2(
          ResolutionResult.newBuilder().setAddressesOrError(StatusOr.fromValue(groups)).build());
    }

    @Override
    public void shutdown() {
      shutdowns.incrementAndGet();
    }
  }
}
