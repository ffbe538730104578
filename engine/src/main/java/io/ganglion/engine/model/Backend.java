package io.ganglion.engine.model;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreKinds;
import io.ganglion.runtime.core.CoreProvider;
import io.ganglion.runtime.core.CoreSet;
import io.ganglion.runtime.core.Probe;
import java.util.ArrayList;
import java.util.List;

/**
 * The cores that were chosen for an artifact, with the artifact loaded.
 *
 * @param kind kind of core
 * @param reason reason for choosing this kind, a clause
 * @param cores the cores; the owner of this record closes them
 */
record Backend(String kind, String reason, CoreSet cores) {

  /** Refuses an unknown kind of core, or an unknown option of a core. */
  static void check(CoreKinds kinds, ModelOptions options) {
    if (!options.backend().automatic()) {
      kinds.named(options.backend().kind());
    }
    kinds.check(options.cores());
  }

  /** Starts work in the background that opening needs and that does not depend on the artifact. */
  static void prepare(CoreKinds kinds, ModelOptions options) {
    if (options.backend().automatic()) {
      kinds.providers().forEach(CoreProvider::prepare);
    } else {
      kinds.named(options.backend().kind()).prepare();
    }
  }

  /** Loads the artifact on the requested kind of core, and never on another. */
  static Backend open(CoreKinds kinds, Artifact artifact, ModelOptions options)
      throws ArtifactException, CoreFault {
    return options.backend().automatic()
        ? automatic(kinds, artifact, options)
        : open(kinds.named(options.backend().kind()), "asked for", artifact, options);
  }

  /**
   * Chooses a kind by its probe, before trying it. If the chosen kind then fails, no other is
   * tried.
   */
  private static Backend automatic(CoreKinds kinds, Artifact artifact, ModelOptions options)
      throws ArtifactException, CoreFault {
    List<String> reasons = new ArrayList<>();
    for (CoreProvider provider : kinds.providers()) {
      Probe probe = provider.probe(artifact, options.cores());
      reasons.add(probe.reason());
      if (probe.usable()) {
        return open(provider, String.join("; ", reasons), artifact, options);
      }
    }
    throw new CoreFault(
        CoreFault.Scope.PROCESS,
        reasons.isEmpty()
            ? "There is no kind of core on the class path: add one, for example ganglion-core-cpu."
            : "No kind of core can run "
                + artifact.directory()
                + ": "
                + String.join("; ", reasons));
  }

  private static Backend open(
      CoreProvider provider, String reason, Artifact artifact, ModelOptions options)
      throws ArtifactException, CoreFault {
    return new Backend(provider.kind(), reason, provider.open(artifact, options.cores()));
  }
}
