package io.ganglion.client;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code ganglion:///host:port,host:port}: a fixed list of servers, each of which is
 * looked up again whenever the channel asks. A host that cannot be resolved is left out while
 * another can.
 */
final class ServerList extends NameResolver {
  static final String SCHEME = "ganglion";

  private final List<String> servers;
  private final Executor executor;
  private final io.grpc.SynchronizationContext context;
  private @Nullable Listener2 listener;

  private ServerList(List<String> servers, Args args) {
    this.servers = servers;
    this.context = args.getSynchronizationContext();
    this.executor = Objects.requireNonNull(args.getOffloadExecutor(), "offload executor");
  }

  /** The target for a list of {@code host:port}. */
  static String target(List<String> servers) {
    servers.forEach(ServerList::requireHostAndPort);
    NameResolverRegistry.getDefaultRegistry().register(Provider.INSTANCE);
    return SCHEME + ":///" + String.join(",", servers);
  }

  static void requireHostAndPort(String server) {
    int colon = server.lastIndexOf(':');
    boolean valid = colon > 0 && server.substring(colon + 1).matches("[0-9]{1,5}");
    if (!valid || Integer.parseInt(server.substring(colon + 1)) > 65_535) {
      throw new IllegalArgumentException(
          "a server is given as host:port, with a port up to 65535: " + server);
    }
  }

  @Override
  public String getServiceAuthority() {
    return servers.get(0);
  }

  @Override
  public void start(Listener2 listener) {
    this.listener = listener;
    resolve(listener);
  }

  @Override
  public void refresh() {
    if (listener != null) {
      resolve(listener);
    }
  }

  private void resolve(Listener2 to) {
    executor.execute(
        () -> {
          ResolutionResult result = lookUp();
          context.execute(() -> to.onResult2(result));
        });
  }

  private ResolutionResult lookUp() {
    List<EquivalentAddressGroup> groups = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String server : servers) {
      int colon = server.lastIndexOf(':');
      int port = Integer.parseInt(server.substring(colon + 1));
      try {
        List<SocketAddress> addresses = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(server.substring(0, colon))) {
          addresses.add(new InetSocketAddress(address, port));
        }
        groups.add(
            new EquivalentAddressGroup(
                addresses,
                Attributes.newBuilder()
                    .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, server)
                    .build()));
      } catch (UnknownHostException e) {
        unknown.add(server);
      }
    }
    StatusOr<List<EquivalentAddressGroup>> found =
        groups.isEmpty()
            ? StatusOr.fromStatus(
                Status.UNAVAILABLE.withDescription("no such host: " + String.join(", ", unknown)))
            : StatusOr.fromValue(groups);
    return ResolutionResult.newBuilder().setAddressesOrError(found).build();
  }

  @Override
  public void shutdown() {}

  private static final class Provider extends NameResolverProvider {
    static final Provider INSTANCE = new Provider();

    @Override
    public @Nullable NameResolver newNameResolver(URI uri, Args args) {
      if (!SCHEME.equals(uri.getScheme())) {
        return null;
      }
      String path = Objects.requireNonNull(uri.getPath(), "path");
      return new ServerList(Arrays.asList(path.substring(1).split(",", -1)), args);
    }

    @Override
    public String getDefaultScheme() {
      return SCHEME;
    }

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 4; // below DNS, which stays the default scheme
    }

    @Override
    public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
      return List.of(InetSocketAddress.class);
    }
  }
}
