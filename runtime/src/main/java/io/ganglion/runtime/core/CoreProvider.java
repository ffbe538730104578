package io.ganglion.runtime.core;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import java.util.List;

/**
 * A kind of core: what it is called, when it is of use, and how a model gets onto it. {@link
 * CoreKinds} finds those that are named in {@code META-INF/services}. Stateless and thread-safe.
 *
 * <p>A provider is a public class with a public constructor without arguments. Every program that
 * serves makes one of each kind, so making it loads no native library: {@link #prepare} and {@link
 * #open} do.
 *
 * <p>To add a core, implement this and {@link NeuronCore} in a package of its own, register it, and
 * pass {@code CoreProviderContract} and {@code NeuronCoreContract}.
 */
public interface CoreProvider {
  /** Its name, as {@link CoreInfo#kind}, flags and the wire spell it; lower-case. */
  String kind();

  /**
   * Where nobody names a kind, the kind of the highest preference that can run the artifact is
   * taken. The CPU's is 0.
   */
  int preference();

  /** The named options that this kind understands, beyond those that all kinds share. */
  default List<CoreOption> options() {
    return List.of();
  }

  /**
   * Begins, in the background, what {@link #open} needs and takes no artifact. What goes wrong is
   * told by {@link #open}.
   */
  default void prepare() {}

  /**
   * Whether this kind can run the artifact on this machine, as far as a quick look tells. {@link
   * #open} may still fail, and then has failed: nobody tries another kind.
   *
   * @throws ArtifactException if what the artifact holds for this kind is broken
   */
  Probe probe(Artifact artifact, CoreOptions options) throws ArtifactException;

  /**
   * Makes a model ready. The artifact must stay open until the cores are closed.
   *
   * @throws ArtifactException if the artifact holds nothing that this kind can run
   * @throws CoreFault if the machine or its libraries refuse; nothing is left behind
   */
  CoreSet open(Artifact artifact, CoreOptions options) throws ArtifactException, CoreFault;
}
