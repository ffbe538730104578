package io.ganglion.client;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A scheme of targets that only this client writes, and what resolves them. Thread-safe. */
final class OwnScheme extends NameResolverProvider {
  private final String scheme;
  private final BiFunction<URI, NameResolver.Args, @Nullable NameResolver> open;

  OwnScheme(String scheme, BiFunction<URI, NameResolver.Args, @Nullable NameResolver> open) {
    this.scheme = scheme;
    this.open = open;
  }

  /** Lets gRPC find it. Idempotent. */
  void register() {
    NameResolverRegistry.getDefaultRegistry().register(this);
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI uri, NameResolver.Args args) {
    return scheme.equals(uri.getScheme()) ? open.apply(uri, args) : null;
  }

  @Override
  public String getDefaultScheme() {
    return scheme;
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
