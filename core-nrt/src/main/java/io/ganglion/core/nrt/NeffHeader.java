package io.ganglion.core.nrt;

import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.ArtifactException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/**
 * The first 1024 bytes of a NEFF, checked as far as possible without a device. Immutable.
 *
 * <pre>
 *    0 u64 package version       168 u32 cores              480 u8[64] cores a node
 *    8 u64 header size, 1024     172 u8[32] hash            544 u64 feature bits
 *   16 u64 data size             204 u8[16] uuid            552 u32 logical core size
 *   24 u64 NEFF version, major   220 char[256] name         556 padding
 *   32 u64 NEFF version, minor   476 u32 cores asked for   1024 data: a tar, gzipped or not
 *   40 u8[128] build version
 * </pre>
 *
 * <p>The version must only be plausible: {@code libnrt} knows which versions it can load.
 *
 * @param packageVersion version of the tool that packed the NEFF
 * @param dataSize bytes after the header
 * @param major major number of the NEFF version
 * @param minor minor number of the NEFF version
 * @param buildVersion version of the compiler; may be empty
 * @param cores number of NeuronCores that it runs on
 * @param uuid hexadecimal
 * @param name the NEFF's name; may be empty
 * @param featureBits features that a runtime must support to run it
 * @param logicalCoreSize physical cores in a logical core; 0 if not given
 */
public record NeffHeader(
    long packageVersion,
    long dataSize,
    long major,
    long minor,
    String buildVersion,
    int cores,
    String uuid,
    String name,
    long featureBits,
    int logicalCoreSize) {
  /** Bytes of a header. */
  public static final int SIZE = 1024;

  private static final int DATA_SIZE_AT = 16;
  private static final int MAJOR_AT = 24;
  private static final int MINOR_AT = 32;
  private static final int BUILD_VERSION_AT = 40;
  private static final int BUILD_VERSION_SIZE = 128;
  private static final int CORES_AT = 168;
  private static final int UUID_AT = 204;
  private static final int UUID_SIZE = 16;
  private static final int NAME_AT = 220;
  private static final int NAME_SIZE = 256;
  private static final int REQUESTED_CORES_AT = 476;
  private static final int NODES_AT = 480;
  private static final int MAX_CORES = 64;
  private static final int FEATURE_BITS_AT = 544;
  private static final int LOGICAL_CORE_SIZE_AT = 552;
  private static final int MAX_VERSION = 99;

  /** Reads and checks the header of {@code file}. An error message names the file. */
  public static NeffHeader read(Path file) throws ArtifactException {
    long size;
    ByteBuffer header = ByteBuffer.allocate(SIZE);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      size = channel.size();
      while (header.hasRemaining() && channel.read(header) >= 0) {}
    } catch (IOException e) {
      throw new ArtifactException(Reason.IO, "Cannot read the NEFF " + file + ": " + e, e);
    }
    return parse(header.flip(), size, file.toString());
  }

  /** Whether {@code file} exists and is not empty: a compiler may leave an empty file. */
  public static boolean present(Path file) {
    try {
      return Files.size(file) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  static NeffHeader parse(ByteBuffer bytes, long fileSize, String where) throws ArtifactException {
    if (fileSize == 0) {
      throw refusal(Reason.TRUNCATED, where, "it is empty");
    }
    if (bytes.remaining() < SIZE) {
      throw refusal(
          Reason.TRUNCATED, where, "it has " + fileSize + " bytes, its header alone needs " + SIZE);
    }
    ByteBuffer header = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    checkSizes(header, fileSize, where);
    checkCores(header, where);
    int logicalCoreSize = header.getInt(LOGICAL_CORE_SIZE_AT);
    require(logicalCoreSize >= 0 && logicalCoreSize <= 2, where, "logical core size", header, 552);
    byte[] uuid = new byte[UUID_SIZE];
    header.get(UUID_AT, uuid);
    return new NeffHeader(
        header.getLong(0),
        header.getLong(DATA_SIZE_AT),
        header.getLong(MAJOR_AT),
        header.getLong(MINOR_AT),
        text(header, BUILD_VERSION_AT, BUILD_VERSION_SIZE, "build version", where),
        header.getInt(CORES_AT),
        HexFormat.of().formatHex(uuid),
        text(header, NAME_AT, NAME_SIZE, "name", where),
        header.getLong(FEATURE_BITS_AT),
        logicalCoreSize);
  }

  private static void checkSizes(ByteBuffer header, long fileSize, String where)
      throws ArtifactException {
    long headerSize = header.getLong(8);
    if (headerSize != SIZE) {
      throw refusal(
          Reason.MALFORMED,
          where,
          "its header says that it is " + headerSize + " bytes long and not " + SIZE);
    }
    require(inRange(header.getLong(0), 0, MAX_VERSION), where, "package version", header, 0);
    require(inRange(header.getLong(MAJOR_AT), 0, MAX_VERSION), where, "version", header, MAJOR_AT);
    require(
        inRange(header.getLong(MINOR_AT), 0, MAX_VERSION),
        where,
        "minor version",
        header,
        MINOR_AT);
    long dataSize = header.getLong(DATA_SIZE_AT);
    if (dataSize <= 0 || dataSize != fileSize - SIZE) {
      throw refusal(
          dataSize > fileSize - SIZE ? Reason.TRUNCATED : Reason.MALFORMED,
          where,
          "its header promises "
              + dataSize
              + " bytes of data and "
              + (fileSize - SIZE)
              + " follow");
    }
  }

  private static void checkCores(ByteBuffer header, String where) throws ArtifactException {
    int cores = header.getInt(CORES_AT);
    require(inRange(cores, 1, MAX_CORES), where, "number of cores", header, CORES_AT);
    require(
        inRange(header.getInt(REQUESTED_CORES_AT), 0, MAX_CORES),
        where,
        "number of cores asked for",
        header,
        REQUESTED_CORES_AT);
    int most = 0;
    for (int node = 0; node < MAX_CORES; node++) {
      most = Math.max(most, Byte.toUnsignedInt(header.get(NODES_AT + node)));
    }
    if (most < 1 || most > MAX_CORES) {
      throw refusal(Reason.MALFORMED, where, "its busiest node needs " + most + " cores");
    }
  }

  private static String text(ByteBuffer header, int at, int size, String what, String where)
      throws ArtifactException {
    byte[] bytes = new byte[size];
    header.get(at, bytes);
    int length = 0;
    while (length < size && bytes[length] != 0) {
      int c = bytes[length];
      if (c < ' ' || c > '~') {
        throw refusal(
            Reason.MALFORMED, where, "its " + what + " is not text (byte " + (at + length) + ")");
      }
      length++;
    }
    if (length == size) {
      throw refusal(Reason.MALFORMED, where, "its " + what + " does not end");
    }
    return new String(bytes, 0, length, StandardCharsets.US_ASCII);
  }

  private static boolean inRange(long value, long least, long most) {
    return value >= least && value <= most;
  }

  private static void require(boolean holds, String where, String what, ByteBuffer header, int at)
      throws ArtifactException {
    if (!holds) {
      throw refusal(
          Reason.MALFORMED,
          where,
          "its "
              + what
              + " at byte "
              + at
              + " makes no sense (0x"
              + Integer.toHexString(header.getInt(at))
              + ")");
    }
  }

  private static ArtifactException refusal(Reason reason, String where, String why) {
    return new ArtifactException(
        reason, "The NEFF " + where + " cannot be used: " + why + ". Compile the model again.");
  }
}
