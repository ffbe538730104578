package io.ganglion.runtime.artifact;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A safetensors file, open for reading. Thread-safe. */
public final class SafeTensors implements AutoCloseable {
  /** Opens and checks the header: sizes, types, holes, overlaps. */
  public static SafeTensors open(Path file) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /** All tensors, in file order. */
  public List<TensorSpec> specs() {
    throw new UnsupportedOperationException();
  }

  /** The tensor's name, type and shape. */
  public TensorSpec spec(String name) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /**
   * A read-only, little-endian, direct view of the mapped file; stays valid after {@link #close}.
   */
  public ByteBuffer map(String name) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads a tensor's bytes into {@code target} (a direct buffer is filled without a copy), from its
   * position. For weights that are packed once and not needed after: they take no mapped memory.
   */
  public void read(String name, ByteBuffer target) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /** An fp32 tensor's values, a fresh array. */
  public float[] floats(String name) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  /** An i32 tensor's values, a fresh array. */
  public int[] ints(String name) throws ArtifactException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
