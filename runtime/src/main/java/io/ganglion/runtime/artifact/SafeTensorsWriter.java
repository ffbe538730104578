package io.ganglion.runtime.artifact;

import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.model.BFloat16;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes a safetensors file tensor by tensor, in the declared order, so that at most one tensor is
 * in memory. Not thread-safe.
 */
public final class SafeTensorsWriter implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final List<TensorSpec> specs;
  private final ByteBuffer chunk =
      ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private int next;
  private long written; // bytes of specs.get(next)

  private SafeTensorsWriter(Path file, FileChannel channel, List<TensorSpec> specs) {
    this.file = file;
    this.channel = channel;
    this.specs = specs;
  }

  /** Creates the file and writes its header. */
  public static SafeTensorsWriter create(Path file, List<TensorSpec> specs)
      throws ArtifactException {
    requireDistinct(specs);
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new ArtifactException(Reason.EXISTS, file + " exists already.", e);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
    SafeTensorsWriter writer = new SafeTensorsWriter(file, channel, List.copyOf(specs));
    boolean created = false;
    try {
      writer.put(ByteBuffer.wrap(SafeTensorsHeader.format(specs)));
      writer.skipEmpty();
      created = true;
      return writer;
    } finally {
      if (!created) {
        closeQuietly(channel);
      }
    }
  }

  private static void requireDistinct(List<TensorSpec> specs) {
    Set<String> names = new HashSet<>();
    for (TensorSpec spec : specs) {
      if (!names.add(spec.name())) {
        throw new IllegalArgumentException("Tensor " + spec.name() + " is declared twice.");
      }
    }
  }

  /** Writes the next tensor's bytes, little-endian. A tensor may be written in parts. */
  public void write(String name, ByteBuffer bytes) throws ArtifactException {
    advance(name, bytes.remaining());
    put(bytes.duplicate());
    bytes.position(bytes.limit());
    skipEmpty();
  }

  /**
   * Writes the next tensor in fp32, or in bf16 (rounded to nearest even) if its spec says so. A
   * tensor may be written in parts.
   */
  public void write(String name, float[] values) throws ArtifactException {
    TensorType type = expected(name).type();
    if (type != TensorType.F32 && type != TensorType.BF16) {
      throw new IllegalArgumentException("Tensor " + name + " is " + type + ", not F32 or BF16.");
    }
    advance(name, (long) values.length * type.bytes());
    int perChunk = CHUNK_BYTES / type.bytes();
    for (int from = 0; from < values.length; from += perChunk) {
      int count = Math.min(perChunk, values.length - from);
      chunk.clear();
      if (type == TensorType.F32) {
        chunk.asFloatBuffer().put(values, from, count);
      } else {
        for (int i = 0; i < count; i++) {
          chunk.putShort(i * Short.BYTES, BFloat16.of(values[from + i]));
        }
      }
      put(chunk.limit(count * type.bytes()));
    }
    skipEmpty();
  }

  /** Writes the next i32 tensor. A tensor may be written in parts. */
  public void write(String name, int[] values) throws ArtifactException {
    if (expected(name).type() != TensorType.I32) {
      throw new IllegalArgumentException("Tensor " + name + " is not I32.");
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Integer.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    write(name, bytes);
  }

  private TensorSpec expected(String name) {
    if (next == specs.size()) {
      throw new IllegalArgumentException("All tensors are written; " + name + " is none of them.");
    }
    TensorSpec spec = specs.get(next);
    if (!spec.name().equals(name)) {
      throw new IllegalArgumentException("Tensor " + spec.name() + " comes next, not " + name);
    }
    return spec;
  }

  private void advance(String name, long bytes) {
    TensorSpec spec = expected(name);
    if (written + bytes > spec.byteSize()) {
      throw new IllegalArgumentException(
          "Tensor %s has %d bytes; %d are too many."
              .formatted(name, spec.byteSize(), written + bytes));
    }
    written += bytes;
  }

  private void skipEmpty() {
    while (next < specs.size() && written == specs.get(next).byteSize()) {
      next++;
      written = 0;
    }
  }

  private void put(ByteBuffer bytes) throws ArtifactException {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static ArtifactException cannotWrite(Path file, IOException cause) {
    return new ArtifactException(
        Reason.IO, "Cannot write " + file + ": " + IoMessage.of(cause), cause);
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The first failure has been reported already.
    }
  }

  /** Ends the file and forces it to the disk; fails if a tensor is missing. Idempotent. */
  @Override
  public void close() throws ArtifactException {
    if (!channel.isOpen()) {
      return;
    }
    try (channel) {
      channel.force(true);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
    if (next < specs.size()) {
      throw new ArtifactException(
          Reason.BAD_SHAPE,
          "%s: tensor %s is not written to its end.".formatted(file, specs.get(next).name()));
    }
  }
}
