package io.ganglion.client;

import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolverRegistry;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where and how a client connects: target, balancing policy, credentials. */
final class Endpoint {
  /**
   * While a call is open, a ping is sent this long after anything was last heard. Servers do not
   * permit shorter times.
   */
  private static final long PING_SECONDS = 10;

  /** A connection is closed if nothing is heard this long after a ping. */
  private static final long PONG_SECONDS = 3;

  private final String target;
  private final @Nullable String policy;
  private final boolean severalServers;
  private final ChannelCredentials credentials;

  private Endpoint(
      String target,
      @Nullable String policy,
      boolean severalServers,
      ChannelCredentials credentials) {
    this.target = target;
    this.policy = policy;
    this.severalServers = severalServers;
    this.credentials = credentials;
  }

  boolean severalServers() {
    return severalServers;
  }

  ManagedChannel open(List<ClientInterceptor> interceptors) {
    ManagedChannelBuilder<?> builder =
        Grpc.newChannelBuilder(target, credentials)
            .directExecutor() // safe: our listeners never block
            .disableRetry() // the client retries itself and follows RetryInfo
            .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(PONG_SECONDS, TimeUnit.SECONDS)
            .intercept(new AbandonableCalls()) // the first one added is the last one called
            .intercept(interceptors);
    if (policy != null) {
      builder.defaultServiceConfig(serviceConfig(policy));
    }
    return builder.build();
  }

  /** With several servers, one that reports that it is not serving gets no calls. */
  private Map<String, ?> serviceConfig(String policy) {
    List<?> balancing = List.of(Map.of(policy, Map.of()));
    return severalServers
        ? Map.of("loadBalancingConfig", balancing, "healthCheckConfig", Map.of("serviceName", ""))
        : Map.of("loadBalancingConfig", balancing);
  }

  /** Collects the settings of a client that opens its own connections. */
  static final class Builder {
    private List<String> targets = List.of();
    private boolean leastRequest;
    private boolean tls;
    private @Nullable Path trusted;
    private @Nullable Path chain;
    private @Nullable Path privateKey;

    void targets(List<String> targets) {
      this.targets = targets;
    }

    void leastRequest() {
      leastRequest = true;
    }

    void tls() {
      tls = true;
    }

    void trust(Path certificates) {
      tls = true;
      trusted = certificates;
    }

    void identity(Path chain, Path privateKey) {
      tls = true;
      this.chain = chain;
      this.privateKey = privateKey;
    }

    void requireUnset() {
      if (!targets.isEmpty() || leastRequest || tls) {
        throw new IllegalArgumentException(
            "a client with a channel of its caller's has no target, balancing or TLS to set");
      }
    }

    Endpoint build() {
      if (targets.isEmpty()) {
        throw new IllegalArgumentException("a client needs a target, as host:port, or a channel");
      }
      if (targets.size() > 1) {
        List<HostPort> servers = targets.stream().map(HostPort::parse).toList();
        return new Endpoint(
            FreshNames.target(ServerList.target(servers)), spreading(), true, credentials());
      }
      String target = targets.get(0);
      if (target.startsWith("dns://")) {
        int name = target.lastIndexOf('/') + 1;
        HostPort server = HostPort.parse(target.substring(name));
        return new Endpoint(
            resolved(target.substring(0, name), server), spreading(), true, credentials());
      }
      if (!target.contains("://") && !target.startsWith("unix:")) {
        String policy = leastRequest ? spreading() : SilenceBalancer.around("pick_first");
        return new Endpoint(
            resolved("dns:///", HostPort.parse(target)), policy, leastRequest, credentials());
      }
      requireResolver(target);
      if (leastRequest) {
        throw new IllegalArgumentException(
            "least request is for servers that are listed or found by dns, not for " + target);
      }
      // Other resolvers, such as that of xDS, bring their own balancing.
      return new Endpoint(target, null, true, credentials());
    }

    /** The target for gRPC's resolver, or for ours if gRPC's does not take the host. */
    private static String resolved(String scheme, HostPort server) {
      return FreshNames.target(
          server.isUriHost() && !server.isIpv6()
              ? scheme + server
              : ServerList.target(List.of(server)));
    }

    private String spreading() {
      return SilenceBalancer.around(leastRequest ? LeastRequest.register() : "round_robin");
    }

    private static void requireResolver(String target) {
      String scheme = target.substring(0, target.indexOf(':'));
      if (NameResolverRegistry.getDefaultRegistry().getProviderForScheme(scheme) == null) {
        String hint = scheme.equals("xds") ? "; add io.grpc:grpc-xds to the class path" : "";
        throw new IllegalArgumentException(
            "nothing here resolves a target of scheme " + scheme + ": " + target + hint);
      }
    }

    private ChannelCredentials credentials() {
      if (!tls) {
        return InsecureChannelCredentials.create();
      }
      TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
      try {
        if (trusted != null) {
          builder.trustManager(trusted.toFile());
        }
        if (chain != null && privateKey != null) {
          builder.keyManager(chain.toFile(), privateKey.toFile());
        }
      } catch (IOException e) {
        throw new IllegalArgumentException("cannot read a TLS file: " + e.getMessage(), e);
      }
      return builder.build();
    }
  }
}
