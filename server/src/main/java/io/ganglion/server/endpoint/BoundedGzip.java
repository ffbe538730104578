package io.ganglion.server.endpoint;

import com.google.common.io.CountingInputStream;
import io.grpc.Decompressor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * Reads messages in gzip as long as they are what texts can be. A message of one repeated byte
 * becomes a thousand times as large: who sends little would make the server work much.
 */
final class BoundedGzip implements Decompressor {
  /** Twenty times what is usual for texts. */
  static final int MOST_RATIO = 64;

  /** A short text of one repeated word is nobody's attack. */
  static final int FREE_BYTES = 4 << 10;

  private final int mostBytes;

  /**
   * @param mostBytes largest message that comes out
   */
  BoundedGzip(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  @Override
  public String getMessageEncoding() {
    return "gzip";
  }

  @Override
  public InputStream decompress(InputStream compressed) throws IOException {
    CountingInputStream in = new CountingInputStream(compressed);
    return new Bounded(in, new GZIPInputStream(in));
  }

  private final class Bounded extends FilterInputStream {
    private final CountingInputStream compressed;
    private long bytes;

    Bounded(CountingInputStream compressed, GZIPInputStream inflated) {
      super(inflated);
      this.compressed = compressed;
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      if (next >= 0) {
        count(1);
      }
      return next;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      count(Math.max(0, read));
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(count);
      count(skipped);
      return skipped;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    private void count(long more) throws IOException {
      bytes += more;
      if (bytes > mostBytes) {
        throw new IOException("the message is larger than " + mostBytes + " bytes");
      }
      if (bytes > FREE_BYTES + MOST_RATIO * compressed.getCount()) {
        throw new IOException(
            "the message is more than " + MOST_RATIO + " times as large as what was sent");
      }
    }
  }
}
