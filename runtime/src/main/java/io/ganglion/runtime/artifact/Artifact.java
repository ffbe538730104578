package io.ganglion.runtime.artifact;

import java.nio.file.Path;

/**
 * A compiled model, opened and checked: a directory with manifest, weights, vocabulary and golden
 * inputs. Thread-safe.
 */
public final class Artifact implements AutoCloseable {
  /** Opens and checks a directory: version, checksums, every tensor's name, type and shape. */
  public static Artifact open(Path directory) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  public Path directory() {
    throw new UnsupportedOperationException();
  }

  public ModelManifest manifest() {
    throw new UnsupportedOperationException();
  }

  /** sha256 of the manifest's bytes, hexadecimal; names the artifact. */
  public String digest() {
    throw new UnsupportedOperationException();
  }

  /** The weights, by the names of {@link WeightSchema}. */
  public SafeTensors weights() {
    throw new UnsupportedOperationException();
  }

  /** {@code vocab.txt}. */
  public Path vocabulary() {
    throw new UnsupportedOperationException();
  }

  /** A few inputs with the source model's logits. */
  public GoldenSet golden() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
