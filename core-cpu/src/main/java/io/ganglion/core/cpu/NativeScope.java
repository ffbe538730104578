package io.ganglion.core.cpu;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Owns native objects with the same lifetime and frees them in reverse order. Not thread-safe.
 * Closing is idempotent.
 */
class NativeScope implements AutoCloseable {
  private final Deque<Runnable> frees = new ArrayDeque<>();
  private final @Nullable HugePages pages;

  /** A scope whose buffers come from calloc. */
  NativeScope() {
    pages = null;
  }

  private NativeScope(HugePages pages) {
    this.pages = pages;
    onClose(pages::close);
  }

  /** A scope for a model's weights: its memory has huge pages, if there are any. */
  static NativeScope inHugePages() {
    return HugePages.supported() ? new NativeScope(new HugePages()) : new NativeScope();
  }

  /** Makes something in its own scope. The scope is freed if this fails. */
  static <T> T making(Function<NativeScope, T> maker) {
    NativeScope scope = new NativeScope();
    try {
      return maker.apply(scope);
    } catch (Throwable e) {
      scope.close();
      throw e;
    }
  }

  /** Runs {@code free} when this closes, before all that was added earlier. */
  void onClose(Runnable free) {
    frees.push(free);
  }

  /** Zeroed memory of the given size. */
  NativeBuffer buffer(long bytes) {
    if (pages != null) {
      return pages.allocate(bytes);
    }
    NativeBuffer buffer = NativeBuffer.allocate(bytes);
    onClose(buffer::close);
    return buffer;
  }

  /** A row-major shape. */
  dnnl_memory_desc dense(DnnlType type, long... sizes) {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= sizes[axis];
    }
    return strided(type, sizes, strides);
  }

  /** A shape whose elements lie {@code strides} apart. */
  dnnl_memory_desc strided(DnnlType type, long[] sizes, long[] strides) {
    dnnl_memory_desc desc = new dnnl_memory_desc();
    Dnnl.check(
        dnnl.dnnl_memory_desc_create_with_strides(desc, sizes.length, sizes, type.code(), strides),
        "describe a tensor");
    return own(desc);
  }

  /** A shape whose layout oneDNN may choose. */
  dnnl_memory_desc anyLayout(DnnlType type, long... sizes) {
    dnnl_memory_desc desc = new dnnl_memory_desc();
    Dnnl.check(
        dnnl.dnnl_memory_desc_create_with_tag(
            desc, sizes.length, sizes, type.code(), dnnl.dnnl_format_tag_any),
        "describe a tensor");
    return own(desc);
  }

  /** Frees a descriptor when this closes. */
  dnnl_memory_desc own(dnnl_memory_desc desc) {
    onClose(() -> dnnl.dnnl_memory_desc_destroy(desc));
    return desc;
  }

  /** A tensor at {@code data}; null to set the address later. */
  dnnl_memory memory(dnnl_memory_desc desc, @Nullable Pointer data) {
    dnnl_memory memory = new dnnl_memory();
    Dnnl.check(dnnl.dnnl_memory_create(memory, desc, Dnnl.engine(), data), "bind a tensor");
    onClose(() -> dnnl.dnnl_memory_destroy(memory));
    return memory;
  }

  /** A tensor in its own memory. */
  dnnl_memory allocate(dnnl_memory_desc desc) {
    return memory(desc, buffer(dnnl.dnnl_memory_desc_get_size(desc)).base());
  }

  /** A tensor of these fp32 values. */
  dnnl_memory vector(dnnl_memory_desc desc, float[] values) {
    NativeBuffer buffer = buffer((long) values.length * Float.BYTES);
    buffer.view().asFloatBuffer().put(values);
    return memory(desc, buffer.base());
  }

  /** A row-major tensor of these fp32 values. */
  dnnl_memory vector(float[] values, long... shape) {
    return vector(dense(DnnlType.F32, shape), values);
  }

  @Override
  public void close() {
    while (!frees.isEmpty()) {
      frees.pop().run();
    }
  }
}
