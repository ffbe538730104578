package io.ganglion.core.nrt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes files with a NEFF's header. */
public final class FakeNeff {
  private FakeNeff() {}

  /** A well-formed NEFF of version 2.0 for one core, with {@code data} where the tar would be. */
  public static byte[] of(byte[] data) {
    ByteBuffer bytes =
        ByteBuffer.allocate(NeffHeader.SIZE + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0, 2).putLong(8, NeffHeader.SIZE).putLong(16, data.length).putLong(24, 2);
    bytes.put(40, "fake 1.0".getBytes(StandardCharsets.US_ASCII));
    bytes.putInt(168, 1);
    for (int i = 0; i < 16; i++) {
      bytes.put(204 + i, (byte) (i + 1));
    }
    bytes.put(220, "fake".getBytes(StandardCharsets.US_ASCII));
    bytes.putInt(476, 1);
    bytes.put(480, (byte) 1);
    bytes.putInt(552, 1);
    bytes.put(NeffHeader.SIZE, data);
    return bytes.array();
  }
}
