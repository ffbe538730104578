package io.ganglion.client;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.SynchronizationContext;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code ganglion-fresh:TARGET} as {@code TARGET}, but asks again every few seconds. gRPC
 * alone asks again only when a connection ends: a server that joins later would get no calls. gRPC
 * calls it in its channel's context.
 */
final class FreshNames extends NameResolver {
  private static final String SCHEME = "ganglion-fresh";
  private static final OwnScheme PROVIDER = new OwnScheme(SCHEME, FreshNames::open);
  private static final long PERIOD_MS = 5000;

  private final NameResolver names;
  private final SynchronizationContext context;
  private final ScheduledExecutorService timer;
  private final long periodMs;
  private @Nullable ScheduledFuture<?> lookups;

  FreshNames(NameResolver names, Args args, long periodMs) {
    this.names = names;
    this.context = args.getSynchronizationContext();
    this.timer = args.getScheduledExecutorService();
    this.periodMs = periodMs;
  }

  /** The target that a channel understands. */
  static String target(String target) {
    PROVIDER.register();
    return SCHEME + ":" + target;
  }

  @Override
  public String getServiceAuthority() {
    return names.getServiceAuthority();
  }

  @Override
  public void start(Listener2 listener) {
    names.start(listener);
    lookups =
        timer.scheduleWithFixedDelay(
            () -> context.execute(this::lookUp), periodMs, periodMs, TimeUnit.MILLISECONDS);
  }

  private void lookUp() {
    if (lookups != null) {
      names.refresh();
    }
  }

  @Override
  public void refresh() {
    names.refresh();
  }

  @Override
  public void shutdown() {
    if (lookups != null) {
      lookups.cancel(false);
      lookups = null;
    }
    names.shutdown();
  }

  private static @Nullable NameResolver open(URI uri, Args args) {
    URI target = URI.create(uri.getRawSchemeSpecificPart());
    NameResolverProvider provider =
        NameResolverRegistry.getDefaultRegistry().getProviderForScheme(target.getScheme());
    NameResolver names =
        Objects.requireNonNull(provider, target.getScheme()).newNameResolver(target, args);
    return names == null ? null : new FreshNames(names, args, PERIOD_MS);
  }
}
