package io.ganglion.bench.roofline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Native objects that are freed together, in reverse order. Not thread-safe. */
final class NativeMemory implements AutoCloseable {
  private static final int PATTERN_BYTES = 1 << 16;
  private static final int ALIGNMENT = 64;

  private final dnnl_engine engine;
  private final Deque<Runnable> frees = new ArrayDeque<>();

  NativeMemory(dnnl_engine engine) {
    this.engine = engine;
  }

  static void check(int status, String call) {
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException("oneDNN cannot " + call + ": status " + status);
    }
  }

  void onClose(Runnable free) {
    frees.push(free);
  }

  /** Row-major, or of the layout that oneDNN likes best. */
  dnnl_memory_desc matrix(NumberType type, boolean anyLayout, long rows, long columns) {
    dnnl_memory_desc desc = new dnnl_memory_desc();
    int tag = anyLayout ? dnnl.dnnl_format_tag_any : dnnl.dnnl_ab;
    check(
        dnnl.dnnl_memory_desc_create_with_tag(
            desc, 2, new long[] {rows, columns}, type.code(), tag),
        "describe a matrix");
    onClose(() -> dnnl.dnnl_memory_desc_destroy(desc));
    return desc;
  }

  /** A tensor that nobody reads as numbers. */
  dnnl_memory scratch(dnnl_memory_desc desc) {
    return bind(desc, allocate(Math.max(1, dnnl.dnnl_memory_desc_get_size(desc))));
  }

  /** A tensor of small random numbers, whatever its layout. */
  dnnl_memory random(dnnl_memory_desc desc, NumberType type) {
    long bytes = dnnl.dnnl_memory_desc_get_size(desc);
    Pointer memory = allocate(bytes);
    try (BytePointer pattern = new BytePointer(type.pattern(new SplittableRandom(1), PATTERN_BYTES));
        BytePointer cursor = new BytePointer(memory)) {
      for (long at = 0; at < bytes; at += PATTERN_BYTES) {
        Pointer.memcpy(cursor.position(at), pattern, Math.min(PATTERN_BYTES, bytes - at));
      }
    }
    return bind(desc, memory);
  }

  private Pointer allocate(long bytes) {
    Pointer raw = Pointer.malloc(bytes + ALIGNMENT);
    if (raw == null || raw.isNull()) {
      throw new OutOfMemoryError(bytes + " bytes of native memory");
    }
    onClose(() -> Pointer.free(raw));
    BytePointer bytesOf = new BytePointer(raw);
    long skip = (ALIGNMENT - raw.address() % ALIGNMENT) % ALIGNMENT;
    return bytesOf.position(skip);
  }

  private dnnl_memory bind(dnnl_memory_desc desc, Pointer data) {
    dnnl_memory memory = new dnnl_memory();
    check(dnnl.dnnl_memory_create(memory, desc, engine, data), "bind a tensor");
    onClose(() -> dnnl.dnnl_memory_destroy(memory));
    return memory;
  }

  @Override
  public void close() {
    while (!frees.isEmpty()) {
      frees.pop().run();
    }
  }
}
