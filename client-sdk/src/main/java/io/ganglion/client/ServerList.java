package io.ganglion.client;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code ganglion:///host:port,host:port}: a fixed list of servers, each looked up again
 * whenever the channel asks. A host that cannot be resolved is left out as long as another can be.
 * A server counts once, however many addresses it has. If there is only one server, each of its
 * addresses counts.
 */
final class ServerList extends NameResolver {
  private static final String SCHEME = "ganglion";
  private static final OwnScheme PROVIDER = new OwnScheme(SCHEME, ServerList::open);

  private final List<HostPort> servers;
  private final Executor executor;
  private final io.grpc.SynchronizationContext context;
  private @Nullable Listener2 listener;

  private ServerList(List<HostPort> servers, Args args) {
    this.servers = servers;
    this.context = args.getSynchronizationContext();
    this.executor = Objects.requireNonNull(args.getOffloadExecutor(), "offload executor");
  }

  /** The target that a channel understands. */
  static String target(List<HostPort> servers) {
    PROVIDER.register();
    String path =
        servers.stream().map(HostPort::toString).collect(Collectors.joining(",", "/", ""));
    try {
      return new URI(SCHEME, "", path, null, null)
          .toString(); // escapes the brackets of IPv6 addresses
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("these servers make no target: " + servers, e);
    }
  }

  @Override
  public String getServiceAuthority() {
    return servers.get(0).authority();
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
    for (HostPort server : servers) {
      try {
        List<SocketAddress> addresses = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(server.host())) {
          addresses.add(new InetSocketAddress(address, server.port()));
        }
        groups.addAll(groups(server, addresses));
      } catch (UnknownHostException e) {
        unknown.add(server.toString());
      }
    }
    StatusOr<List<EquivalentAddressGroup>> found =
        groups.isEmpty()
            ? StatusOr.fromStatus(
                Status.UNAVAILABLE.withDescription("no such host: " + String.join(", ", unknown)))
            : StatusOr.fromValue(groups);
    return ResolutionResult.newBuilder().setAddressesOrError(found).build();
  }

  private List<EquivalentAddressGroup> groups(HostPort server, List<SocketAddress> addresses) {
    Attributes called =
        Attributes.newBuilder()
            .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, server.authority())
            .build();
    return servers.size() > 1
        ? List.of(new EquivalentAddressGroup(addresses, called))
        : addresses.stream().map(a -> new EquivalentAddressGroup(a, called)).toList();
  }

  @Override
  public void shutdown() {}

  private static NameResolver open(URI uri, Args args) {
    String path = Objects.requireNonNull(uri.getPath(), "path");
    return new ServerList(
        Arrays.stream(path.substring(1).split(",", -1)).map(HostPort::parse).toList(), args);
  }
}
