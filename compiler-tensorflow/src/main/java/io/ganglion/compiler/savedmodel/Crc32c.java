package io.ganglion.compiler.savedmodel;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The masked CRC-32C of tensor bundles and their index. */
final class Crc32c {
  private final CRC32C crc = new CRC32C();

  void update(ByteBuffer bytes) {
    crc.update(bytes.duplicate());
  }

  /** The masked value, as in the file. */
  int masked() {
    int value = (int) crc.getValue();
    return Integer.rotateRight(value, 15) + 0xa282ead8;
  }

  static int masked(byte[] bytes, int start, int end) {
    Crc32c crc = new Crc32c();
    crc.update(ByteBuffer.wrap(bytes, start, end - start));
    return crc.masked();
  }
}
