package io.ganglion.runtime.artifact;

import io.ganglion.runtime.artifact.ArtifactException.Reason;
import io.ganglion.runtime.artifact.SafeTensorsHeader.Entry;
import io.ganglion.runtime.model.BFloat16;
import io.ganglion.runtime.model.Float16;
import io.ganglion.runtime.model.TensorSpec;
import io.ganglion.runtime.model.TensorType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file, open for reading. Thread-safe, but the file must not change while it is open,
 * and an interrupt during {@link #read} closes it.
 */
public final class SafeTensors implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final Map<String, Entry> entries;

  private SafeTensors(Path file, FileChannel channel, long dataStart, Map<String, Entry> entries) {
    this.file = file;
    this.channel = channel;
    this.dataStart = dataStart;
    this.entries = entries;
  }

  /** Opens and checks the header: sizes, types, holes, overlaps. */
  public static SafeTensors open(Path file) throws ArtifactException {
    FileChannel channel;
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new IOException("it is not a regular file"); // opening a pipe would wait for a writer
      }
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
    boolean opened = false;
    try {
      SafeTensors tensors = readHeader(file, channel);
      opened = true;
      return tensors;
    } catch (EOFException e) {
      throw new ArtifactException(
          Reason.TRUNCATED, file + " is truncated: " + e.getMessage() + ".", e);
    } catch (IOException e) {
      throw cannotRead(file, e);
    } finally {
      if (!opened) {
        closeQuietly(channel);
      }
    }
  }

  private static SafeTensors readHeader(Path file, FileChannel channel)
      throws IOException, ArtifactException {
    long size = channel.size();
    ByteBuffer length =
        ByteBuffer.allocate(SafeTensorsHeader.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (size < length.capacity()) {
      throw new ArtifactException(
          Reason.TRUNCATED, file + ": " + size + " bytes are too few for a safetensors file.");
    }
    readFully(channel, length, 0);
    long headerBytes = length.getLong(0);
    if (headerBytes < 0 || headerBytes > SafeTensorsHeader.MAX_BYTES) {
      throw new ArtifactException(
          Reason.MALFORMED,
          "%s: a header of %s bytes is beyond the limit of %d: not a safetensors file."
              .formatted(file, Long.toUnsignedString(headerBytes), SafeTensorsHeader.MAX_BYTES));
    }
    long dataStart = length.capacity() + headerBytes;
    if (dataStart > size) {
      throw new ArtifactException(Reason.TRUNCATED, file + ": it ends inside its header.");
    }
    ByteBuffer json = ByteBuffer.allocate((int) headerBytes);
    readFully(channel, json, length.capacity());
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Entry entry : SafeTensorsHeader.parse(json.array(), size - dataStart, file.toString())) {
      entries.put(entry.spec().name(), entry);
    }
    return new SafeTensors(file, channel, dataStart, entries);
  }

  /** All tensors, in file order. */
  public List<TensorSpec> specs() {
    return entries.values().stream().map(Entry::spec).toList();
  }

  /** The tensor's name, type and shape. */
  public TensorSpec spec(String name) throws ArtifactException {
    return entry(name).spec();
  }

  /**
   * Reads a tensor's bytes into {@code target} from its position on, and moves the position. A
   * direct buffer is filled without a copy.
   */
  public void read(String name, ByteBuffer target) throws ArtifactException {
    Entry entry = entry(name);
    int size = javaSize(entry);
    if (target.remaining() < size) {
      throw new IllegalArgumentException(
          "Tensor %s has %d bytes, its target has room for %d."
              .formatted(name, size, target.remaining()));
    }
    int limit = target.limit();
    target.limit(target.position() + size);
    try {
      readFully(channel, target, dataStart + entry.begin());
    } catch (EOFException e) {
      throw cut(e);
    } catch (IOException e) {
      throw cannotRead(file, e);
    } finally {
      target.limit(limit);
    }
  }

  /** An fp32 tensor's values, a fresh array. */
  public float[] floats(String name) throws ArtifactException {
    ByteBuffer bytes = bytes(name, TensorType.F32);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  /**
   * The values of a tensor of real numbers in fp32, a fresh array. Those of 16 bits are converted
   * exactly, those of 64 are rounded.
   */
  public float[] reals(String name) throws ArtifactException {
    Entry entry = entry(name);
    TensorType type = entry.spec().type();
    if (!type.isReal()) {
      throw new ArtifactException(
          Reason.BAD_SHAPE,
          "%s: tensor %s is %s, which is no type of real numbers.".formatted(file, name, type));
    }
    float[] values = new float[javaSize(entry) / type.bytes()];
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int perChunk = CHUNK_BYTES / type.bytes();
    try {
      for (int done = 0; done < values.length; done += perChunk) {
        int count = Math.min(perChunk, values.length - done);
        chunk.clear().limit(count * type.bytes());
        readFully(channel, chunk, dataStart + entry.begin() + (long) done * type.bytes());
        convert(type, chunk.flip(), values, done, count);
      }
    } catch (EOFException e) {
      throw cut(e);
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
    return values;
  }

  private static void convert(TensorType type, ByteBuffer from, float[] to, int at, int count) {
    switch (type) {
      case F32 -> from.asFloatBuffer().get(to, at, count);
      case F64 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = (float) from.getDouble();
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = Float16.toFloat(from.getShort());
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = BFloat16.toFloat(from.getShort());
        }
      }
      case I64, I32, I16, I8, U8, BOOL -> throw new IllegalArgumentException(type.name());
    }
  }

  /** An i32 tensor's values, a fresh array. */
  public int[] ints(String name) throws ArtifactException {
    ByteBuffer bytes = bytes(name, TensorType.I32);
    int[] values = new int[bytes.remaining() / Integer.BYTES];
    bytes.asIntBuffer().get(values);
    return values;
  }

  private ByteBuffer bytes(String name, TensorType type) throws ArtifactException {
    TensorSpec spec = spec(name);
    if (spec.type() != type) {
      throw new ArtifactException(
          Reason.BAD_SHAPE,
          "%s: tensor %s is %s, not %s.".formatted(file, name, spec.type(), type));
    }
    ByteBuffer values = ByteBuffer.allocate(javaSize(entry(name))).order(ByteOrder.LITTLE_ENDIAN);
    read(name, values);
    return values.flip();
  }

  private Entry entry(String name) throws ArtifactException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new ArtifactException(Reason.BAD_SHAPE, file + ": there is no tensor " + name + ".");
    }
    return entry;
  }

  private int javaSize(Entry entry) throws ArtifactException {
    long size = entry.spec().byteSize();
    if (size > Integer.MAX_VALUE) {
      throw new ArtifactException(
          Reason.BAD_SHAPE,
          "%s: tensor %s has %d bytes; the limit of one tensor is 2 GiB."
              .formatted(file, entry.spec().name(), size));
    }
    return (int) size;
  }

  private static void readFully(FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    long next = position;
    while (target.hasRemaining()) {
      int count = channel.read(target, next);
      if (count < 0) {
        throw new EOFException("the file has become shorter while it was read");
      }
      next += count;
    }
  }

  private ArtifactException cut(EOFException cause) {
    return new ArtifactException(
        Reason.TRUNCATED,
        "%s is truncated: %s; copy or make it again.".formatted(file, cause.getMessage()),
        cause);
  }

  private static ArtifactException cannotRead(Path file, IOException cause) {
    return new ArtifactException(
        Reason.IO, "Cannot read " + file + ": " + IoMessage.of(cause), cause);
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The file was only read, so nothing is lost.
    }
  }

  /** Closes the file. Idempotent. */
  @Override
  public void close() {
    closeQuietly(channel);
  }
}
