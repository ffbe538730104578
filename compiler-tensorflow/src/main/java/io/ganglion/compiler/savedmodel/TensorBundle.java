package io.ganglion.compiler.savedmodel;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.graph.ElementType;
import io.ganglion.compiler.graph.Numbers;
import io.ganglion.compiler.model.Weight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A checkpoint, read tensor by tensor: {@code <prefix>.index} and its data shards. Each tensor's
 * checksum is verified when it is read. Thread-safe.
 */
public final class TensorBundle {
  private static final int CHUNK_BYTES = 1 << 20;

  /** Most bytes of an object graph. That of BERT-Large with its optimizer has under 1 MB. */
  private static final int MAX_TEXT = 1 << 24;

  /** TensorFlow's own limit. */
  private static final int MAX_RANK = 254;

  private final Path prefix;
  private final int shards;
  private final Map<String, BundleEntryProto> entries;

  private TensorBundle(Path prefix, int shards, Map<String, BundleEntryProto> entries) {
    this.prefix = prefix;
    this.shards = shards;
    this.entries = entries;
  }

  static boolean exists(Path prefix) {
    return Files.isRegularFile(index(prefix));
  }

  /** Opens the checkpoint with this prefix. */
  public static TensorBundle open(Path prefix) throws CompileException {
    Path file = index(prefix);
    try {
      long bytes = Files.size(file);
      if (bytes > BundleIndex.MAX_FILE_BYTES) {
        throw new CompileException(
            "The checkpoint index "
                + file
                + " has "
                + bytes
                + " bytes, and no index needs more than "
                + BundleIndex.MAX_FILE_BYTES
                + "; copy or export the model again.");
      }
      Map<String, byte[]> raw = BundleIndex.read(Files.readAllBytes(file), file.toString());
      byte[] header = raw.remove("");
      if (header == null) {
        throw new CompileException("The checkpoint index " + file + " has no header entry.");
      }
      BundleHeaderProto bundle = BundleHeaderProto.parseFrom(header);
      if (bundle.getEndianness() != BundleHeaderProto.Endianness.LITTLE) {
        throw new CompileException(
            "The checkpoint " + prefix + " was written on a big-endian machine.");
      }
      Map<String, BundleEntryProto> entries = new TreeMap<>();
      for (Map.Entry<String, byte[]> entry : raw.entrySet()) {
        entries.put(entry.getKey(), BundleEntryProto.parseFrom(entry.getValue()));
      }
      return new TensorBundle(prefix, bundle.getNumShards(), entries);
    } catch (InvalidProtocolBufferException e) {
      throw new CompileException("The checkpoint index " + file + " has a malformed entry.", e);
    } catch (IOException e) {
      throw new CompileException(
          "The checkpoint index " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Path index(Path prefix) {
    return prefix.resolveSibling(prefix.getFileName() + ".index");
  }

  /** Keys of all tensors. */
  public Set<String> keys() {
    return entries.keySet();
  }

  /** The tensor with this key, or null if there is none. */
  public @Nullable Weight find(String key) throws CompileException {
    BundleEntryProto entry = entries.get(key);
    return entry == null ? null : weight(key, entry);
  }

  /**
   * The text with this key, or null if there is none. It is stored as its length, the checksum of
   * the length, and its bytes.
   */
  byte @Nullable [] findText(String key) throws CompileException {
    BundleEntryProto entry = entries.get(key);
    if (entry == null
        || ElementType.of(entry.getDtypeValue()) != ElementType.STRING
        || entry.getShape().getDimCount() > 0) {
      return null;
    }
    Path file = shard(key, entry.getShardId());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = entry.getSize();
      if (size > MAX_TEXT) {
        throw wrong(key, "has " + size + " bytes; a text may have " + MAX_TEXT);
      }
      if (size < 5 || entry.getOffset() < 0 || entry.getOffset() > channel.size() - size) {
        throw wrong(key, "lies beyond the end of " + file + ": the file is cut short");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, entry.getOffset() + bytes.position()) < 0) {
          throw wrong(key, "ends early: the file is cut short");
        }
      }
      int text = 0;
      while (bytes.get(text) < 0 && text < 4) {
        text++;
      }
      int start = text + 1 + Integer.BYTES;
      return start > size ? null : Arrays.copyOfRange(bytes.array(), start, (int) size);
    } catch (IOException e) {
      throw new CompileException("The checkpoint " + file + " cannot be read: " + e, e);
    }
  }

  /** The element type of the tensor with this key; OTHER if there is none. */
  ElementType type(String key) {
    BundleEntryProto entry = entries.get(key);
    return entry == null ? ElementType.OTHER : ElementType.of(entry.getDtypeValue());
  }

  private Weight weight(String key, BundleEntryProto entry) throws CompileException {
    List<Integer> shape = shape(key, entry.getShape());
    return Weight.of(key, shape, () -> read(key, entry, shape));
  }

  private List<Integer> shape(String key, TensorShapeProto proto) throws CompileException {
    List<Integer> shape = new ArrayList<>();
    long elements = 1;
    if (proto.getDimCount() > MAX_RANK) {
      throw wrong(key, "has " + proto.getDimCount() + " axes");
    }
    for (TensorShapeProto.Dim dim : proto.getDimList()) {
      long size = dim.getSize();
      if (size < 0
          || size > Integer.MAX_VALUE
          || (size > 0 && elements > Integer.MAX_VALUE / size)) {
        throw wrong(key, "has an impossible shape");
      }
      elements *= size;
      shape.add((int) size);
    }
    return shape;
  }

  private float[] read(String key, BundleEntryProto entry, List<Integer> shape)
      throws CompileException {
    ElementType type = ElementType.of(entry.getDtypeValue());
    if (!type.isReal() && !type.isInteger()) {
      throw wrong(key, "does not hold numbers");
    }
    if (entry.getSlicesCount() > 0) {
      throw wrong(key, "is stored in slices, which is not supported; export without partitions");
    }
    int elements = shape.stream().reduce(1, Math::multiplyExact);
    if (entry.getSize() != (long) elements * type.bytes()) {
      throw wrong(key, "has " + entry.getSize() + " bytes, which is not what " + shape + " needs");
    }
    Path file = shard(key, entry.getShardId());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (entry.getOffset() < 0 || entry.getOffset() > channel.size() - entry.getSize()) {
        throw wrong(key, "lies beyond the end of " + file + ": the file is cut short");
      }
      channel.position(entry.getOffset());
      return read(key, entry, channel, type, elements);
    } catch (IOException e) {
      throw new CompileException("The checkpoint " + file + " cannot be read: " + e, e);
    }
  }

  private Path shard(String key, int shard) throws CompileException {
    if (shard < 0 || shard >= shards) {
      throw wrong(key, "is in shard " + shard + " of " + shards);
    }
    String name = String.format("%s.data-%05d-of-%05d", prefix.getFileName(), shard, shards);
    Path file = prefix.resolveSibling(name);
    if (!Files.isRegularFile(file)) {
      throw new CompileException(
          "The checkpoint file " + file + " is missing; copy or export the model again.");
    }
    return file;
  }

  private float[] read(
      String key, BundleEntryProto entry, FileChannel channel, ElementType type, int elements)
      throws IOException, CompileException {
    float[] values = new float[elements];
    Crc32c crc = new Crc32c();
    ByteBuffer chunk =
        ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, Math.max(8, entry.getSize())))
            .order(ByteOrder.LITTLE_ENDIAN);
    int done = 0;
    while (done < elements) {
      int count = Math.min(elements - done, chunk.capacity() / type.bytes());
      chunk.clear().limit(count * type.bytes());
      while (chunk.hasRemaining()) {
        if (channel.read(chunk) < 0) {
          throw wrong(key, "ends early: the file is cut short");
        }
      }
      chunk.flip();
      crc.update(chunk);
      if (type == ElementType.FLOAT) {
        chunk.asFloatBuffer().get(values, done, count);
      } else {
        for (int i = 0; i < count; i++) {
          values[done + i] = (float) Numbers.read(type, chunk, i);
        }
      }
      done += count;
    }
    if (crc.masked() != entry.getCrc32C()) {
      throw wrong(key, "does not match its checksum: the file is damaged");
    }
    return values;
  }

  private CompileException wrong(String key, String how) {
    return new CompileException(
        "The tensor " + key + " of the checkpoint " + prefix + " " + how + ".");
  }
}
