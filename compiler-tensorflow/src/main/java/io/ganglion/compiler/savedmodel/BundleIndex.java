package io.ganglion.compiler.savedmodel;

import io.ganglion.compiler.CompileException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * The table of a tensor bundle's {@code .index} file: sorted keys with a few bytes each, in blocks
 * with a checksum and a footer (the LevelDB table format, without compression or filters). Used
 * once, by one thread.
 */
final class BundleIndex {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;
  private static final int TRAILER_BYTES = 5;

  /** BERT-Large with its optimizer's slots needs 200 KB. */
  static final long MAX_FILE_BYTES = 64 << 20;

  /** A key may share its beginning with the one before, so keys can outgrow the file by far. */
  private static final long MAX_KEY_BYTES = 64 << 20;

  private final byte[] bytes;
  private final String file;
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private long keyBytes;
  private long blockBytes;

  private BundleIndex(byte[] bytes, String file) {
    this.bytes = bytes;
    this.file = file;
  }

  /** Reads all entries, in order. {@code file} names the file in messages. */
  static Map<String, byte[]> read(byte[] bytes, String file) throws CompileException {
    return new BundleIndex(bytes, file).read();
  }

  private Map<String, byte[]> read() throws CompileException {
    try {
      if (bytes.length < FOOTER_BYTES) {
        throw damaged(file, "it is too short");
      }
      ByteBuffer footer =
          ByteBuffer.wrap(bytes, bytes.length - FOOTER_BYTES, FOOTER_BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      if (footer.getLong(bytes.length - 8) != MAGIC) {
        throw damaged(file, "it does not end as a checkpoint index does");
      }
      varint(footer);
      varint(footer);
      Map<String, byte[]> blocks = block(varint(footer), varint(footer));
      for (byte[] handle : blocks.values()) {
        ByteBuffer at = ByteBuffer.wrap(handle);
        entries.putAll(block(varint(at), varint(at)));
      }
      return entries;
    } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
      throw damaged(file, "an entry is cut short", e);
    }
  }

  private Map<String, byte[]> block(long offset, long size) throws CompileException {
    if (offset < 0 || size < 4 || offset > bytes.length || size > bytes.length - offset) {
      throw damaged(file, "a block lies outside of it");
    }
    int start = Math.toIntExact(offset);
    int end = Math.addExact(start, Math.toIntExact(size));
    if (end > bytes.length - TRAILER_BYTES) {
      throw damaged(file, "a block lies outside of it");
    }
    blockBytes += size;
    if (blockBytes > bytes.length) {
      throw damaged(file, "its blocks share bytes");
    }
    if (bytes[end] != 0) {
      throw damaged(file, "its blocks are compressed, which checkpoints never are");
    }
    ByteBuffer whole = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (whole.getInt(end + 1) != Crc32c.masked(bytes, start, end + 1)) {
      throw damaged(file, "a checksum does not match");
    }
    long restarts = Integer.toUnsignedLong(whole.getInt(end - 4));
    if (restarts * 4 > size - 4) {
      throw damaged(file, "a block has an impossible number of restarts");
    }
    whole.position(start).limit((int) (end - 4 - restarts * 4));
    return entries(whole);
  }

  private Map<String, byte[]> entries(ByteBuffer block) throws CompileException {
    Map<String, byte[]> found = new LinkedHashMap<>();
    byte[] key = new byte[0];
    while (block.hasRemaining()) {
      int shared = Math.toIntExact(varint(block));
      int fresh = Math.toIntExact(varint(block));
      int length = Math.toIntExact(varint(block));
      if (shared > key.length || fresh > block.remaining() - length) {
        throw new IllegalArgumentException("an entry reaches beyond its block");
      }
      keyBytes += shared + fresh;
      if (keyBytes > MAX_KEY_BYTES) {
        throw damaged(file, "its keys have more than " + MAX_KEY_BYTES + " bytes");
      }
      byte[] next = new byte[shared + fresh];
      System.arraycopy(key, 0, next, 0, shared);
      block.get(next, shared, fresh);
      byte[] value = new byte[length];
      block.get(value);
      found.put(new String(next, StandardCharsets.UTF_8), value);
      key = next;
    }
    return found;
  }

  /** Writes an index with these entries. */
  static byte[] write(SortedMap<String, byte[]> entries) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    byte[] data = appendBlock(file, entries);
    byte[] meta = appendBlock(file, new java.util.TreeMap<>());
    byte[] index =
        appendBlock(file, new java.util.TreeMap<>(Map.of(entries.lastKey() + "\0", data)));
    ByteBuffer footer = ByteBuffer.allocate(FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    footer.put(meta).put(index);
    footer.putLong(FOOTER_BYTES - 8, MAGIC);
    file.writeBytes(footer.array());
    return file.toByteArray();
  }

  /** Appends a block in which every entry is a restart, and returns its handle. */
  private static byte[] appendBlock(ByteArrayOutputStream file, SortedMap<String, byte[]> entries) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    ByteBuffer restarts =
        ByteBuffer.allocate(4 * Math.max(1, entries.size()) + 4).order(ByteOrder.LITTLE_ENDIAN);
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      byte[] key = entry.getKey().getBytes(StandardCharsets.UTF_8);
      restarts.putInt(block.size());
      putVarint(block, 0);
      putVarint(block, key.length);
      putVarint(block, entry.getValue().length);
      block.writeBytes(key);
      block.writeBytes(entry.getValue());
    }
    restarts.putInt(restarts.capacity() - 4, Math.max(1, entries.size()));
    block.writeBytes(restarts.array());
    int size = block.size();
    block.write(0);
    byte[] bytes = block.toByteArray();
    ByteArrayOutputStream handle = new ByteArrayOutputStream();
    putVarint(handle, file.size());
    putVarint(handle, size);
    file.writeBytes(bytes);
    ByteBuffer crc = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    file.writeBytes(crc.putInt(Crc32c.masked(bytes, 0, bytes.length)).array());
    return handle.toByteArray();
  }

  private static long varint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      byte part = from.get();
      value |= (part & 0x7fL) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }

  private static void putVarint(ByteArrayOutputStream to, long value) {
    long rest = value;
    while (rest >= 0x80) {
      to.write((int) (rest | 0x80));
      rest >>>= 7;
    }
    to.write((int) rest);
  }

  private static CompileException damaged(String file, String how) {
    return new CompileException(message(file, how));
  }

  private static CompileException damaged(String file, String how, Exception cause) {
    return new CompileException(message(file, how), cause);
  }

  private static String message(String file, String how) {
    return "The checkpoint index "
        + file
        + " is damaged: "
        + how
        + "; copy or export the model again.";
  }
}
