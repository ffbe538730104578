package io.ganglion.runtime.core;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import java.util.List;

/**
 * A kind of core: its name, when it can be used, and how to load a model. {@link CoreKinds} finds
 * the providers that {@code META-INF/services} names. Stateless and thread-safe.
 *
 * <p>A provider is a public class with a public constructor without arguments. Every program that
 * serves creates one of each kind. So the constructor loads no native library; {@link #prepare} and
 * {@link #open} do.
 *
 * <p>To add a core, implement this and {@link NeuronCore} in a package of its own, register it, and
 * pass {@code CoreProviderContract} and {@code NeuronCoreContract}.
 */
public interface CoreProvider {
  /** The name in {@link CoreInfo#kind}, flags and wire messages; lower-case. */
  String kind();

  /**
   * If the user names no kind, the usable kind with the highest preference is chosen. The CPU's is
   * 0.
   */
  int preference();

  /** The options that only this kind understands. */
  default List<CoreOption> options() {
    return List.of();
  }

  /**
   * Starts work in the background that {@link #open} needs and that does not depend on an artifact.
   * {@link #open} reports its failures.
   */
  default void prepare() {}

  /**
   * Whether this kind can run the artifact on this machine, by a quick check. If {@link #open} then
   * fails, no other kind is tried.
   *
   * @throws ArtifactException if the artifact's files for this kind are broken
   */
  Probe probe(Artifact artifact, CoreOptions options) throws ArtifactException;

  /**
   * Loads a model. The artifact must stay open until the cores are closed.
   *
   * @throws ArtifactException if the artifact holds nothing that this kind can run
   * @throws CoreFault if the machine or its libraries refuse; everything is then freed
   */
  CoreSet open(Artifact artifact, CoreOptions options) throws ArtifactException, CoreFault;
}
