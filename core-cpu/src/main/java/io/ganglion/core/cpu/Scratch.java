package io.ganglion.core.cpu;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The temporary memory of one core's primitives. They run one after the other, so one buffer of the
 * largest size is enough. Owner thread only.
 */
final class Scratch implements AutoCloseable {
  private final Set<dnnl_memory> users = Collections.newSetFromMap(new IdentityHashMap<>());
  private NativeBuffer buffer = NativeBuffer.allocate(1 << 20);

  /** Memory with the shape that a primitive needs, for as long as {@code scope} lives. */
  dnnl_memory attach(NativeScope scope, dnnl_memory_desc desc) {
    grow(dnnl.dnnl_memory_desc_get_size(desc));
    dnnl_memory memory = scope.memory(desc, buffer.base());
    users.add(memory);
    scope.onClose(() -> users.remove(memory));
    return memory;
  }

  private void grow(long bytes) {
    if (bytes <= buffer.bytes()) {
      return;
    }
    NativeBuffer larger = NativeBuffer.allocate(Math.max(bytes, 2 * buffer.bytes()));
    for (dnnl_memory user : users) {
      Dnnl.check(dnnl.dnnl_memory_set_data_handle(user, larger.base()), "move the scratchpad");
    }
    buffer.close();
    buffer = larger;
  }

  @Override
  public void close() {
    buffer.close();
  }
}
