package io.ganglion.runtime.artifact;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a safetensors file tensor by tensor, in the order declared, so that no more than one
 * tensor is ever held. Not thread-safe.
 */
public final class SafeTensorsWriter implements AutoCloseable {
  /** Creates the file and writes its header. */
  public static SafeTensorsWriter create(Path file, List<TensorSpec> specs)
      throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes the next tensor's bytes, little-endian; may be called several times a tensor with parts.
   */
  public void write(String name, ByteBuffer bytes) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes the next fp32 tensor, or the next bf16 one rounded to nearest even, as its spec says.
   */
  public void write(String name, float[] values) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /** Ends the file; fails if a tensor is missing. */
  @Override
  public void close() throws ArtifactException {
    throw new UnsupportedOperationException();
  }
}
