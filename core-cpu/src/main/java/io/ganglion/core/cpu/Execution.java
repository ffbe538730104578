package io.ganglion.core.cpu;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A primitive with its arguments, laid out once for the C API, so that running it takes one native
 * call and no allocation. Owner thread only. The memory belongs to a {@link NativeScope}.
 */
final class Execution implements Operation {
  /** {@code sizeof(dnnl_exec_arg_t)}: a padded int and a pointer. */
  private static final int ARGUMENT_BYTES = 16;

  private final Primitive primitive;
  private final dnnl_exec_arg_t arguments;
  private final int count;

  private Execution(Primitive primitive, dnnl_exec_arg_t arguments, int count) {
    this.primitive = primitive;
    this.arguments = arguments;
    this.count = count;
  }

  static Builder of(Primitive primitive) {
    return new Builder(primitive);
  }

  @Override
  public void run(dnnl_stream stream) {
    int status = dnnl.dnnl_primitive_execute(primitive.handle(), stream, count, arguments);
    if (status != dnnl.dnnl_success) {
      throw new DnnlException("execute " + primitive.implementation(), status);
    }
  }

  /** Collects arguments. */
  static final class Builder {
    private final Primitive primitive;
    private final Map<Integer, dnnl_memory> arguments = new LinkedHashMap<>();

    private Builder(Primitive primitive) {
      this.primitive = primitive;
    }

    Builder with(int argument, dnnl_memory memory) {
      arguments.put(argument, memory);
      return this;
    }

    Execution build(NativeScope scope) {
      with(dnnl.DNNL_ARG_SCRATCHPAD, primitive.scratch());
      NativeBuffer block = scope.buffer((long) arguments.size() * ARGUMENT_BYTES);
      dnnl_exec_arg_t array = new dnnl_exec_arg_t(block.base());
      int index = 0;
      for (Map.Entry<Integer, dnnl_memory> argument : arguments.entrySet()) {
        array.position(index++).arg(argument.getKey()).memory(argument.getValue());
      }
      array.position(0);
      return new Execution(primitive, array, arguments.size());
    }
  }
}
