package io.ganglion.bench.roofline;

import static io.ganglion.bench.roofline.NativeMemory.check;

import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * One matrix multiplication with bias and fused post-op, for one number of rows. Used by the thread
 * that made it.
 */
final class DenseKernel {
  private static final int ARGUMENTS = 8;

  private final dnnl_primitive primitive = new dnnl_primitive();
  private final dnnl_memory_desc weights;
  private final dnnl_memory scratchpad;

  /** What is done to a result before it is stored. */
  enum PostOp {
    NONE,
    GELU_TANH,
    GELU_ERF,
    SWISH,
    ADD_DESTINATION
  }

  /** The multiplication's sizes and types; s8 has a scale a source and a scale an output. */
  record Shape(long inputs, long outputs, NumberType source, NumberType destination, PostOp post) {}

  /**
   * @param packed layout of the weights; null lets oneDNN choose
   */
  DenseKernel(
      dnnl_engine engine,
      NativeMemory memory,
      Shape shape,
      long rows,
      @Nullable dnnl_memory_desc packed) {
    dnnl_primitive_attr attributes = new dnnl_primitive_attr();
    check(dnnl.dnnl_primitive_attr_create(attributes), "make attributes");
    dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl.dnnl_scratchpad_mode_user);
    setScales(attributes, shape);
    setPostOp(attributes, shape.post());
    dnnl_primitive_desc desc = new dnnl_primitive_desc();
    check(
        dnnl.dnnl_matmul_primitive_desc_create(
            desc,
            engine,
            memory.matrix(shape.source(), false, rows, shape.inputs()),
            packed == null
                ? memory.matrix(shape.source(), true, shape.inputs(), shape.outputs())
                : packed,
            memory.matrix(NumberType.F32, false, 1, shape.outputs()),
            memory.matrix(shape.destination(), false, rows, shape.outputs()),
            attributes),
        "plan a matrix multiplication");
    check(dnnl.dnnl_primitive_create(primitive, desc), "compile a matrix multiplication");
    memory.onClose(() -> dnnl.dnnl_primitive_destroy(primitive));
    weights = query(memory, desc, dnnl.dnnl_query_weights_md);
    scratchpad = memory.scratch(query(memory, desc, dnnl.dnnl_query_scratchpad_md));
    dnnl.dnnl_primitive_desc_destroy(desc);
    dnnl.dnnl_primitive_attr_destroy(attributes);
  }

  /** The layout that this kernel reads its weights in. */
  dnnl_memory_desc weights() {
    return weights;
  }

  /** Binds the kernel to its operands; scales only where the types need them. */
  Runnable bind(
      dnnl_stream stream,
      Shape shape,
      dnnl_memory source,
      dnnl_memory packed,
      dnnl_memory bias,
      dnnl_memory destination,
      dnnl_memory scale,
      dnnl_memory weightScales) {
    dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(ARGUMENTS);
    int count = 0;
    count = add(arguments, count, dnnl.DNNL_ARG_SRC, source);
    count = add(arguments, count, dnnl.DNNL_ARG_WEIGHTS, packed);
    count = add(arguments, count, dnnl.DNNL_ARG_BIAS, bias);
    count = add(arguments, count, dnnl.DNNL_ARG_DST, destination);
    count = add(arguments, count, dnnl.DNNL_ARG_SCRATCHPAD, scratchpad);
    int scales = dnnl.DNNL_ARG_ATTR_SCALES;
    if (shape.source() == NumberType.S8) {
      count = add(arguments, count, scales | dnnl.DNNL_ARG_SRC, scale);
      count = add(arguments, count, scales | dnnl.DNNL_ARG_WEIGHTS, weightScales);
    }
    if (shape.destination() == NumberType.S8) {
      count = add(arguments, count, scales | dnnl.DNNL_ARG_DST, scale);
    }
    int used = count;
    arguments.position(0);
    return () ->
        check(dnnl.dnnl_primitive_execute(primitive, stream, used, arguments), "multiply");
  }

  private static int add(dnnl_exec_arg_t arguments, int at, int argument, dnnl_memory memory) {
    arguments.position(at).arg(argument).memory(memory);
    return at + 1;
  }

  private static void setScales(dnnl_primitive_attr attributes, Shape shape) {
    if (shape.source() == NumberType.S8) {
      check(
          dnnl.dnnl_primitive_attr_set_scales_mask(attributes, dnnl.DNNL_ARG_SRC, 0),
          "set the source's scale");
      check(
          dnnl.dnnl_primitive_attr_set_scales_mask(attributes, dnnl.DNNL_ARG_WEIGHTS, 1 << 1),
          "set the weights' scales");
    }
    if (shape.destination() == NumberType.S8) {
      check(
          dnnl.dnnl_primitive_attr_set_scales_mask(attributes, dnnl.DNNL_ARG_DST, 0),
          "set the destination's scale");
    }
  }

  private static void setPostOp(dnnl_primitive_attr attributes, PostOp post) {
    dnnl_post_ops chain = new dnnl_post_ops();
    check(dnnl.dnnl_post_ops_create(chain), "make post-ops");
    int status =
        switch (post) {
          case NONE -> dnnl.dnnl_success;
          case ADD_DESTINATION ->
              dnnl.dnnl_post_ops_append_sum(chain, 1f, 0, dnnl.dnnl_data_type_undef);
          case GELU_TANH ->
              dnnl.dnnl_post_ops_append_eltwise(chain, dnnl.dnnl_eltwise_gelu_tanh, 0f, 0f);
          case GELU_ERF ->
              dnnl.dnnl_post_ops_append_eltwise(chain, dnnl.dnnl_eltwise_gelu_erf, 0f, 0f);
          case SWISH ->
              dnnl.dnnl_post_ops_append_eltwise(chain, dnnl.dnnl_eltwise_swish, 1.702f, 0f);
        };
    check(status, "append a post-op");
    check(dnnl.dnnl_primitive_attr_set_post_ops(attributes, chain), "set post-ops");
    dnnl.dnnl_post_ops_destroy(chain);
  }

  private static dnnl_memory_desc query(NativeMemory memory, dnnl_primitive_desc desc, int what) {
    dnnl_memory_desc copy = new dnnl_memory_desc();
    check(
        dnnl.dnnl_memory_desc_clone(copy, dnnl.dnnl_primitive_desc_query_md(desc, what, 0)),
        "query a layout");
    memory.onClose(() -> dnnl.dnnl_memory_desc_destroy(copy));
    return copy;
  }
}
