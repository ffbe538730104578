package io.ganglion.core.cpu;

import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * A compiled oneDNN operation with fixed shapes, owned by a {@link NativeScope}. Used by the thread
 * that made it, because oneDNN plans for that thread's number of OpenMP threads.
 *
 * @param handle handle to execute
 * @param implementation oneDNN's name of the kernel, such as {@code brg_matmul:avx512_core}
 * @param weights layout chosen for the weights, if it has any
 * @param scratch temporary memory that each execution needs
 */
record Primitive(
    dnnl_primitive handle, String implementation, dnnl_memory_desc weights, dnnl_memory scratch) {

  /** Makes a descriptor from attributes. */
  interface Describe {
    int create(dnnl_primitive_desc desc, dnnl_primitive_attr attributes);
  }

  /** Sets attributes. */
  interface Configure {
    void apply(dnnl_primitive_attr attributes);
  }

  /** Compiles an operation that lives as long as {@code scope}. */
  static Primitive create(
      NativeScope scope, Scratch scratch, String what, Configure configure, Describe describe) {
    try (NativeScope local = new NativeScope()) {
      dnnl_primitive_attr attributes = new dnnl_primitive_attr();
      Dnnl.check(dnnl.dnnl_primitive_attr_create(attributes), "make attributes");
      local.onClose(() -> dnnl.dnnl_primitive_attr_destroy(attributes));
      Dnnl.check(
          dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl.dnnl_scratchpad_mode_user),
          "set the scratchpad");
      configure.apply(attributes);
      dnnl_primitive_desc desc = new dnnl_primitive_desc();
      Dnnl.check(describe.create(desc, attributes), "plan the " + what);
      local.onClose(() -> dnnl.dnnl_primitive_desc_destroy(desc));
      dnnl_primitive handle = new dnnl_primitive();
      Dnnl.check(dnnl.dnnl_primitive_create(handle, desc), "compile the " + what);
      scope.onClose(() -> dnnl.dnnl_primitive_destroy(handle));
      return new Primitive(
          handle,
          implementation(desc),
          query(scope, desc, dnnl.dnnl_query_weights_md),
          scratch.attach(scope, query(scope, desc, dnnl.dnnl_query_scratchpad_md)));
    }
  }

  private static dnnl_memory_desc query(NativeScope scope, dnnl_primitive_desc desc, int what) {
    dnnl_memory_desc copy = new dnnl_memory_desc();
    Dnnl.check(
        dnnl.dnnl_memory_desc_clone(copy, dnnl.dnnl_primitive_desc_query_md(desc, what, 0)),
        "query a layout");
    return scope.own(copy);
  }

  private static String implementation(dnnl_primitive_desc desc) {
    try (NativeScope local = new NativeScope()) {
      Pointer out = local.buffer(Long.BYTES).base();
      Dnnl.check(
          dnnl.dnnl_primitive_desc_query(desc, dnnl.dnnl_query_impl_info_str, 0, out),
          "name a kernel");
      return new PointerPointer<BytePointer>(out).get(BytePointer.class, 0).getString();
    }
  }
}
