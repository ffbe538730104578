package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.CompileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VersionDef;

/**
 * Writes a checkpoint of fp32 tensors, one at a time. A tensor written twice must keep its shape;
 * the later values count. Not thread-safe.
 */
public final class TensorBundleWriter implements AutoCloseable {
  private static final int CHUNK_ELEMENTS = 1 << 18;

  private final Path prefix;
  private final FileChannel data;
  private final SortedMap<String, BundleEntryProto> entries = new TreeMap<>();
  private long end;

  /** Creates {@code <prefix>.data-00000-of-00001}; {@link #flush} writes {@code <prefix>.index}. */
  public TensorBundleWriter(Path prefix) throws CompileException {
    this.prefix = prefix;
    try {
      Files.createDirectories(prefix.toAbsolutePath().getParent());
      Path file = prefix.resolveSibling(prefix.getFileName() + ".data-00000-of-00001");
      this.data = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Writes a tensor with this shape, row-major. */
  public void write(String key, List<Integer> shape, float[] values) throws CompileException {
    BundleEntryProto before = entries.get(key);
    long offset = before == null ? end : before.getOffset();
    if (before != null && before.getSize() != 4L * values.length) {
      throw new IllegalArgumentException(key + " was first written in another size.");
    }
    Crc32c crc = new Crc32c();
    ByteBuffer chunk =
        ByteBuffer.allocate(4 * Math.min(CHUNK_ELEMENTS, values.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    try {
      long at = offset;
      for (int done = 0; done < values.length; done += CHUNK_ELEMENTS) {
        int count = Math.min(CHUNK_ELEMENTS, values.length - done);
        chunk.clear().limit(4 * count);
        chunk.asFloatBuffer().put(values, done, count);
        crc.update(chunk);
        while (chunk.hasRemaining()) {
          at += data.write(chunk, at);
        }
      }
      end = Math.max(end, at);
    } catch (IOException e) {
      throw failed(e);
    }
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
    shape.forEach(size -> sizes.addDim(TensorShapeProto.Dim.newBuilder().setSize(size)));
    entries.put(
        key,
        BundleEntryProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setShape(sizes)
            .setOffset(offset)
            .setSize(4L * values.length)
            .setCrc32C(crc.masked())
            .build());
  }

  /** Writes the index. From now on the checkpoint can be read. */
  public void flush() throws CompileException {
    SortedMap<String, byte[]> raw = new TreeMap<>();
    raw.put(
        "",
        BundleHeaderProto.newBuilder()
            .setNumShards(1)
            .setVersion(VersionDef.newBuilder().setProducer(1))
            .build()
            .toByteArray());
    entries.forEach((key, entry) -> raw.put(key, entry.toByteArray()));
    try {
      Files.write(prefix.resolveSibling(prefix.getFileName() + ".index"), BundleIndex.write(raw));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() throws CompileException {
    try {
      data.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private CompileException failed(IOException e) {
    return new CompileException(
        "The checkpoint " + prefix + " cannot be written: " + e.getMessage(), e);
  }
}
