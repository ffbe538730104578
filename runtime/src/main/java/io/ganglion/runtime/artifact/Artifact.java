package io.ganglion.runtime.artifact;

import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.WeightSchema;
import io.ganglion.runtime.text.TokenizerSpec;
import java.nio.file.Path;

/**
 * A compiled model, opened and checked: a directory with manifest, weights, tokenizer and golden
 * inputs. Thread-safe. Its files must not change while it is open.
 */
public final class Artifact implements AutoCloseable {
  private final Path directory;
  private final ModelManifest manifest;
  private final String digest;
  private final TokenizerSpec tokenizer;
  private final SafeTensors weights;
  private final GoldenSet golden;

  Artifact(
      Path directory,
      ModelManifest manifest,
      String digest,
      TokenizerSpec tokenizer,
      SafeTensors weights,
      GoldenSet golden) {
    this.directory = directory;
    this.manifest = manifest;
    this.digest = digest;
    this.tokenizer = tokenizer;
    this.weights = weights;
    this.golden = golden;
  }

  /** Opens and checks a directory: version, checksums, every tensor's name, type and shape. */
  public static Artifact open(Path directory) throws ArtifactException {
    return new ArtifactReader(directory).open();
  }

  public Path directory() {
    return directory;
  }

  public ModelManifest manifest() {
    return manifest;
  }

  /** sha256 of the manifest's bytes, hexadecimal. Identifies the artifact. */
  public String digest() {
    return digest;
  }

  /** The weights, by the names of {@link WeightSchema}. */
  public SafeTensors weights() {
    return weights;
  }

  /** What turns texts into the model's tokens. */
  public TokenizerSpec tokenizer() {
    return tokenizer;
  }

  /** A few inputs with the source model's outputs. */
  public GoldenSet golden() {
    return golden;
  }

  /** Closes the weights. Idempotent. */
  @Override
  public void close() {
    weights.close();
  }
}
