package io.ganglion.runtime.core;

import io.ganglion.runtime.model.ModelManifest;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How to run a model on cores of any kind.
 *
 * @param cores how many; 0: as many as the machine has
 * @param threads threads of one CPU core, or executions in flight on one hardware core
 * @param batchRequests most requests in a batch; 0: the artifact's batch size
 * @param named values of {@link CoreOption}s by name
 */
public record CoreOptions(int cores, int threads, int batchRequests, Map<String, String> named) {
  /** As many cores as the machine has, one thread each, the artifact's batch size. */
  public static final CoreOptions DEFAULT = new CoreOptions(0, 1, 0, Map.of());

  public CoreOptions {
    named = Map.copyOf(named);
    if (cores < 0 || batchRequests < 0) {
      throw new IllegalArgumentException(
          "Numbers of cores and of requests must not be negative: %d and %d."
              .formatted(cores, batchRequests));
    }
    if (threads < 1) {
      throw new IllegalArgumentException("A core needs at least one thread, not " + threads + ".");
    }
  }

  /** A copy with this named option. */
  public CoreOptions with(CoreOption option, String value) {
    Map<String, String> more = new TreeMap<>(named);
    more.put(option.name(), option.parse(value));
    return new CoreOptions(cores, threads, batchRequests, more);
  }

  /** The value of a named option, parsed by {@link CoreOption#parse}; empty if it was not given. */
  public Optional<String> value(CoreOption option) {
    return Optional.ofNullable(named.get(option.name())).map(option::parse);
  }

  /** The most requests in a batch of this model. */
  public int batchRequests(ModelManifest manifest) {
    return batchRequests > 0 ? batchRequests : manifest.batchSize();
  }
}
