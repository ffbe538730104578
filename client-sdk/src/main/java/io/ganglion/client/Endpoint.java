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
import org.jspecify.annotations.Nullable;

/** Where and how a client connects: target, balancing policy, credentials. */
final class Endpoint {
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
            .directExecutor() // our listeners never block; futures complete on the client's
            // executor
            .disableRetry() // the client has its own, which knows RetryInfo
            .intercept(interceptors);
    if (policy != null) {
      builder.defaultServiceConfig(
          Map.of(
              "loadBalancingConfig",
              List.of(Map.of(policy, Map.of())),
              "healthCheckConfig",
              Map.of("serviceName", "")));
    }
    return builder.build();
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
      String target = targets.get(0);
      if (targets.size() > 1) {
        return new Endpoint(ServerList.target(targets), policy(), true, credentials());
      }
      if (!target.contains("://") && !target.startsWith("unix:")) {
        ServerList.requireHostAndPort(target);
        return new Endpoint(
            "dns:///" + target, leastRequest ? policy() : null, leastRequest, credentials());
      }
      requireResolver(target);
      boolean dns = target.startsWith("dns:");
      if (leastRequest && !dns) {
        throw new IllegalArgumentException(
            "least request is for servers that are listed or found by dns, not for " + target);
      }
      // Other resolvers, as that of xDS, bring their own balancing.
      return new Endpoint(target, dns ? policy() : null, true, credentials());
    }

    private String policy() {
      return leastRequest ? LeastRequest.register() : "round_robin";
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
