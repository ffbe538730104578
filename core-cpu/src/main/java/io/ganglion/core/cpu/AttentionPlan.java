package io.ganglion.core.cpu;

import io.ganglion.runtime.model.ModelDimensions;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * The attention of one request of a given length, all heads at once: two batched products around a
 * softmax. They read query, key and value in place. No mask is needed, because a request sees only
 * its own tokens. Owner thread only.
 */
final class AttentionPlan implements AutoCloseable {
  private final NativeScope scope;
  private final Execution scores;
  private final Execution softmax;
  private final Execution gather;
  private final dnnl_memory query;
  private final dnnl_memory key;
  private final dnnl_memory value;
  private final dnnl_memory context;
  private final BytePointer qkvCursor;
  private final BytePointer contextCursor;
  private final long rowBytes;
  private final List<KernelInfo> kernels;

  /**
   * @param weights memory for the fp32 scores and then the probabilities of this length
   */
  static AttentionPlan of(
      PackedModel model, Workspace workspace, Scratch scratch, NativeBuffer weights, int length) {
    return NativeScope.making(
        scope -> new AttentionPlan(scope, model, workspace, scratch, weights, length));
  }

  private AttentionPlan(
      NativeScope scope,
      PackedModel model,
      Workspace workspace,
      Scratch scratch,
      NativeBuffer weights,
      int length) {
    this.scope = scope;
    ModelDimensions d = model.manifest().dimensions();
    DnnlType type = model.valueType();
    long hidden = d.hiddenSize();
    long heads = d.heads();
    long head = d.headSize();
    rowBytes = hidden * type.bytes();
    qkvCursor = workspace.qkv().cursor();
    contextCursor = workspace.context().cursor();

    long[] rowsByHead = {heads, length, head};
    long[] inQkv = {head, 3 * hidden, 1};
    dnnl_memory_desc queries = scope.strided(type, rowsByHead, inQkv);
    dnnl_memory_desc keys =
        scope.strided(type, new long[] {heads, head, length}, new long[] {head, 1, 3 * hidden});
    dnnl_memory_desc contexts = scope.strided(type, rowsByHead, new long[] {head, hidden, 1});
    dnnl_memory_desc scored = scope.dense(DnnlType.F32, heads, length, length);
    dnnl_memory_desc probable = scope.dense(type, heads, length, length);

    query = scope.memory(queries, null);
    key = scope.memory(keys, null);
    value = scope.memory(queries, null);
    context = scope.memory(contexts, null);
    dnnl_memory score = scope.memory(scored, weights.base());
    Pointer probabilities =
        type == DnnlType.F32
            ? weights.base()
            : weights.cursor().position(heads * length * length * (long) Float.BYTES);
    dnnl_memory probability = scope.memory(probable, probabilities);

    Primitive product = Kernels.batchedMatmul(scope, scratch, queries, keys, scored);
    Primitive normalize = Kernels.softmax(scope, scratch, scored, probable);
    Primitive weighted = Kernels.batchedMatmul(scope, scratch, probable, queries, contexts);
    scores = bind(product, query, key, score);
    softmax =
        Execution.of(normalize)
            .with(dnnl.DNNL_ARG_SRC, score)
            .with(dnnl.DNNL_ARG_DST, probability)
            .build(scope);
    gather = bind(weighted, probability, value, context);
    String precision = type == DnnlType.F32 ? "fp32" : "bf16";
    kernels =
        List.of(
            new KernelInfo(
                "attention.scores", precision, product.implementation(), List.of(length)),
            new KernelInfo(
                "attention.softmax", "fp32", normalize.implementation(), List.of(length)),
            new KernelInfo(
                "attention.context", precision, weighted.implementation(), List.of(length)));
  }

  /** The bytes of {@code weights} needed for requests of up to {@code length} tokens. */
  static long weightBytes(PackedModel model, int length) {
    long each = DnnlType.F32.bytes() + (long) DnnlType.BF16.bytes();
    return model.manifest().dimensions().heads() * (long) length * length * each;
  }

  List<KernelInfo> kernels() {
    return kernels;
  }

  /** Runs the request whose first token is in row {@code firstRow}. */
  void run(dnnl_stream stream, long firstRow) {
    long row = firstRow * rowBytes;
    point(query, qkvCursor, 3 * row);
    point(key, qkvCursor, 3 * row + rowBytes);
    point(value, qkvCursor, 3 * row + 2 * rowBytes);
    point(context, contextCursor, row);
    scores.run(stream);
    softmax.run(stream);
    gather.run(stream);
  }

  private static void point(dnnl_memory memory, BytePointer cursor, long offset) {
    Dnnl.check(dnnl.dnnl_memory_set_data_handle(memory, cursor.position(offset)), "move a tensor");
  }

  private Execution bind(
      Primitive kernel, dnnl_memory left, dnnl_memory right, dnnl_memory result) {
    return Execution.of(kernel)
        .with(dnnl.DNNL_ARG_SRC, left)
        .with(dnnl.DNNL_ARG_WEIGHTS, right)
        .with(dnnl.DNNL_ARG_DST, result)
        .build(scope);
  }

  @Override
  public void close() {
    scope.close();
  }
}
