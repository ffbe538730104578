package io.ganglion.core.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Zeroed memory outside the heap, aligned to a cache line. Not thread-safe. Freed only by {@link
 * #close}, or by its owner if it is borrowed.
 *
 * <p>It comes from calloc, because JavaCPP's allocator has a limit that depends on the Java heap,
 * and a model is many times as large as its server's heap.
 */
final class NativeBuffer implements AutoCloseable {
  static final int ALIGNMENT = 64;

  private final BytePointer base;
  private final long bytes;
  private final Runnable free;
  private boolean closed;

  private NativeBuffer(BytePointer base, long bytes, Runnable free) {
    this.base = base;
    this.bytes = bytes;
    this.free = free;
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
    return new NativeBuffer(base, bytes, () -> Pointer.free(allocation));
  }

  /** A part of another's memory. The owner must keep it until this is closed. */
  static NativeBuffer borrow(long address, long bytes) {
    return new NativeBuffer(new BytePointer(new Address(address)), bytes, () -> {});
  }

  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }

  long bytes() {
    return bytes;
  }

  /** A pointer to the first byte. Its position must not be moved. */
  Pointer base() {
    return base;
  }

  /** A new pointer to the first byte. Its position may be moved. */
  BytePointer cursor() {
    return new BytePointer(base);
  }

  /** A view of all bytes, at most 2 GB, in native order. Invalid after {@link #close}. */
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
      free.run();
    }
  }
}
