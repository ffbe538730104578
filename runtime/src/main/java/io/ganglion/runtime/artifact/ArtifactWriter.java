package io.ganglion.runtime.artifact;

import java.nio.file.Path;

/**
 * Writes an artifact into a temporary sibling of its directory and moves it into place at the end,
 * so that nobody ever sees a half-written one. Not thread-safe.
 */
public final class ArtifactWriter implements AutoCloseable {
  /** Starts an artifact; refuses a directory that exists. */
  public static ArtifactWriter create(Path directory) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /**
   * The temporary sibling: other files of an artifact may be written below it before the commit.
   */
  public Path workDirectory() {
    throw new UnsupportedOperationException();
  }

  /** The weights: to be written by {@link WeightSchema#of} and closed before {@link #stage}. */
  public SafeTensorsWriter weights(ModelManifest manifest) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /** Writes {@code golden.safetensors}. */
  public void golden(GoldenSet golden) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /** Writes the manifest with the checksums of all files: the work directory can now be opened. */
  public void stage(ModelManifest manifest) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /** Moves the staged directory into place. */
  public void commit() throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /** Deletes the work directory unless committed. Idempotent. */
  @Override
  public void close() {}
}
