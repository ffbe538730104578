package io.ganglion.client;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.Address;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.Locality;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.listener.v3.ApiListener;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.listener.v3.Listener;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.route.v3.Route;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.grpc.xds.shaded.io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.grpc.xds.shaded.io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.grpc.xds.shaded.io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** An xDS control plane with one service, whose servers may change. */
public final class AdsServer implements AutoCloseable {
  private static final String CLUSTER = "ganglion";

  private final Server server;
  private final Discovery discovery = new Discovery();
  private volatile List<HostPort> servers = List.of();

  /** A control plane on a port of its own. It names no server before {@link #set}. */
  public AdsServer() throws IOException {
    this.server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(discovery)
            .build()
            .start();
  }

  /** Names the servers from now on, each as {@code address:port}, and tells all clients. */
  public void set(List<String> addresses) {
    servers = addresses.stream().map(HostPort::parse).toList();
    discovery.tell();
  }

  /** The bootstrap file with which a client finds this control plane. */
  public String bootstrap() {
    return """
    {"xds_servers": [{"server_uri": "localhost:%d",
        "channel_creds": [{"type": "insecure"}], "server_features": ["xds_v3"]}],
     "node": {"id": "test"}}
    """
        .formatted(server.getPort());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private Message resource(String type, String name) {
    return switch (type.substring(type.lastIndexOf('.') + 1)) {
      case "Listener" -> listener(name);
      case "Cluster" -> cluster(name);
      case "ClusterLoadAssignment" -> endpoints(name);
      default -> throw new AssertionError("nobody asks for a " + type);
    };
  }

  private static Listener listener(String name) {
    RouteConfiguration routes =
        RouteConfiguration.newBuilder()
            .setName("routes")
            .addVirtualHosts(
                VirtualHost.newBuilder()
                    .setName("all")
                    .addDomains("*")
                    .addRoutes(
                        Route.newBuilder()
                            .setMatch(RouteMatch.newBuilder().setPrefix(""))
                            .setRoute(RouteAction.newBuilder().setCluster(CLUSTER))))
            .build();
    HttpConnectionManager manager =
        HttpConnectionManager.newBuilder()
            .setRouteConfig(routes)
            .addHttpFilters(
                HttpFilter.newBuilder()
                    .setName("router")
                    .setTypedConfig(Any.pack(Router.getDefaultInstance())))
            .build();
    return Listener.newBuilder()
        .setName(name)
        .setApiListener(ApiListener.newBuilder().setApiListener(Any.pack(manager)))
        .build();
  }

  private static Cluster cluster(String name) {
    ConfigSource here =
        ConfigSource.newBuilder().setAds(AggregatedConfigSource.getDefaultInstance()).build();
    return Cluster.newBuilder()
        .setName(name)
        .setType(Cluster.DiscoveryType.EDS)
        .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(here))
        .setLbPolicy(Cluster.LbPolicy.ROUND_ROBIN)
        .build();
  }

  private ClusterLoadAssignment endpoints(String name) {
    LocalityLbEndpoints.Builder locality =
        LocalityLbEndpoints.newBuilder()
            .setLocality(Locality.newBuilder().setRegion("here"))
            .setLoadBalancingWeight(com.google.protobuf.UInt32Value.of(1));
    for (HostPort one : servers) {
      SocketAddress socket =
          SocketAddress.newBuilder().setAddress(one.host()).setPortValue(one.port()).build();
      locality.addLbEndpoints(
          LbEndpoint.newBuilder()
              .setEndpoint(
                  Endpoint.newBuilder().setAddress(Address.newBuilder().setSocketAddress(socket))));
    }
    return ClusterLoadAssignment.newBuilder().setClusterName(name).addEndpoints(locality).build();
  }

  private final class Discovery extends AggregatedDiscoveryServiceImplBase {
    private final List<Subscription> open = new CopyOnWriteArrayList<>();

    @Override
    public StreamObserver<DiscoveryRequest> streamAggregatedResources(
        StreamObserver<DiscoveryResponse> to) {
      Subscription subscription = new Subscription(to);
      open.add(subscription);
      return subscription;
    }

    void tell() {
      open.forEach(Subscription::sendServers);
    }

    /** What one client has asked for. */
    private final class Subscription implements StreamObserver<DiscoveryRequest> {
      private final StreamObserver<DiscoveryResponse> to;
      private final Map<String, List<String>> names = new HashMap<>();
      private int version;

      Subscription(StreamObserver<DiscoveryResponse> to) {
        this.to = to;
      }

      @Override
      public synchronized void onNext(DiscoveryRequest request) {
        List<String> asked = List.copyOf(request.getResourceNamesList());
        if (!asked.equals(names.put(request.getTypeUrl(), asked))) {
          send(request.getTypeUrl()); // else the client acknowledges an update
        }
      }

      synchronized void sendServers() {
        names.keySet().stream().filter(type -> type.endsWith("LoadAssignment")).forEach(this::send);
      }

      private void send(String type) {
        String number = Integer.toString(++version);
        DiscoveryResponse.Builder response =
            DiscoveryResponse.newBuilder().setTypeUrl(type).setVersionInfo(number).setNonce(number);
        names
            .getOrDefault(type, List.of())
            .forEach(name -> response.addResources(Any.pack(resource(type, name))));
        to.onNext(response.build());
      }

      @Override
      public void onError(Throwable thrown) {
        open.remove(this);
      }

      @Override
      public void onCompleted() {
        open.remove(this);
        to.onCompleted();
      }
    }
  }
}
