package io.ganglion.runtime.core.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Zeroed memory outside the heap, aligned to a cache line. Not thread-safe; freed by {@link #close}
 * alone.
 *
 * <p>Comes from calloc, not from JavaCPP's own allocator, whose limits follow the Java heap: a
 * model is many times the heap of the server that runs it.
 */
final class NativeBuffer implements AutoCloseable {
  private static final int ALIGNMENT = 64;

  private final Pointer allocation;
  private final BytePointer base;
  private final long bytes;
  private boolean closed;

  private NativeBuffer(Pointer allocation, BytePointer base, long bytes) {
    this.allocation = allocation;
    this.base = base;
    this.bytes = bytes;
  }

  static NativeBuffer allocate(long bytes) {
    Pointer allocation = Pointer.calloc(bytes + ALIGNMENT, 1);
    if (allocation == null || allocation.isNull()) {
      throw new DnnlException("allocate " + bytes + " bytes", 1);
    }
    // At position 0 of its own address: a cast to another pointer type would rescale a position.
    BytePointer base =
        new BytePointer(allocation)
            .getPointer((ALIGNMENT - allocation.address() % ALIGNMENT) % ALIGNMENT);
    return new NativeBuffer(allocation, base, bytes);
  }

  long bytes() {
    return bytes;
  }

  /** The first byte. Nobody moves its position. */
  Pointer base() {
    return base;
  }

  /** A new pointer to the first byte, for a caller that moves its position. */
  BytePointer cursor() {
    return new BytePointer(base);
  }

  /** All bytes, in native order; at most 2 GB. Invalid after {@link #close}. */
  ByteBuffer view() {
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalStateException("A view of " + bytes + " bytes is beyond a ByteBuffer.");
    }
    BytePointer whole = cursor();
    whole.capacity(bytes);
    return whole.asByteBuffer().order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Pointer.free(allocation);
    }
  }
}
