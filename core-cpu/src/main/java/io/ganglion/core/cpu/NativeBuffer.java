package io.ganglion.core.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Zeroed memory outside the heap, aligned to a cache line. Not thread-safe; freed by {@link #close}
 * alone, or by whom it was borrowed from.
 *
 * <p>Comes from calloc, not from JavaCPP's own allocator, whose limits follow the Java heap: a
 * model is many times the heap of the server that runs it.
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

  /** A part of memory that its owner keeps until after this is closed. */
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
      free.run();
    }
  }
}
