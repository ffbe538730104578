package io.ganglion.runtime.core.cpu;

import io.ganglion.runtime.artifact.ModelDimensions;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Attention of one request of a given length, all heads at once: two batched products around a
 * softmax that read query, key and value where they lie. Needs no mask, since a request sees its
 * own tokens only. Asks for all its tokens, or in the last layer for its first. Owner thread only.
 */
final class AttentionPlan implements AutoCloseable {
  private final NativeScope scope = new NativeScope();
  private final Execution scores;
  private final Execution softmax;
  private final Execution gather;
  private final Cursor query;
  private final Cursor key;
  private final Cursor value;
  private final Cursor context;
  private final List<KernelInfo> kernels;

  /**
   * Rows of a workspace's buffer in which some columns are read or written by head.
   *
   * @param buffer of {@code stride} elements a row
   * @param first column
   */
  private record Columns(NativeBuffer buffer, long stride, long first) {}

  /** A tensor that moves from request to request. */
  private record Cursor(dnnl_memory memory, BytePointer pointer, long first, long rowBytes) {
    void to(long row) {
      Dnnl.check(
          dnnl.dnnl_memory_set_data_handle(memory, pointer.position(first + row * rowBytes)),
          "move a tensor");
    }
  }

  /** For every token of a request; {@code weights} as {@link #weightBytes} says. */
  static AttentionPlan ofAllTokens(
      PackedModel model, Workspace workspace, Scratch scratch, NativeBuffer weights, int length) {
    long hidden = model.hidden();
    NativeBuffer qkv = workspace.qkv();
    return new AttentionPlan(
        "attention.",
        model,
        scratch,
        weights,
        length,
        length,
        new Columns(qkv, 3 * hidden, 0),
        new Columns(qkv, 3 * hidden, hidden),
        new Columns(qkv, 3 * hidden, 2 * hidden),
        new Columns(workspace.context(), hidden, 0));
  }

  /**
   * For the first token of a request, whose query and result have a row in {@code firstTokens};
   * {@code workspace} holds key and value of all its tokens.
   */
  static AttentionPlan ofFirstToken(
      PackedModel model,
      Workspace workspace,
      Workspace firstTokens,
      Scratch scratch,
      NativeBuffer weights,
      int length) {
    long hidden = model.hidden();
    NativeBuffer keyValue = workspace.qkv();
    return new AttentionPlan(
        "attention.first_token.",
        model,
        scratch,
        weights,
        1,
        length,
        new Columns(firstTokens.qkv(), hidden, 0),
        new Columns(keyValue, 2 * hidden, 0),
        new Columns(keyValue, 2 * hidden, hidden),
        new Columns(firstTokens.context(), hidden, 0));
  }

  private AttentionPlan(
      String part,
      PackedModel model,
      Scratch scratch,
      NativeBuffer weights,
      long asking,
      long length,
      Columns queries,
      Columns keys,
      Columns values,
      Columns results) {
    ModelDimensions d = model.manifest().dimensions();
    DnnlType stream = model.stream();
    long heads = d.heads();
    long head = d.headSize();
    dnnl_memory_desc asked = byHead(d, stream, asking, queries);
    dnnl_memory_desc transposed =
        scope.strided(
            stream, new long[] {heads, head, length}, new long[] {head, 1, keys.stride()});
    dnnl_memory_desc valued = byHead(d, stream, length, values);
    dnnl_memory_desc result = byHead(d, stream, asking, results);
    dnnl_memory_desc scored = scope.dense(DnnlType.F32, heads, asking, length);
    dnnl_memory_desc probable = scope.dense(stream, heads, asking, length);
    query = cursor(queries, asked, stream);
    key = cursor(keys, transposed, stream);
    value = cursor(values, valued, stream);
    context = cursor(results, result, stream);

    dnnl_memory score = scope.memory(scored, weights.base());
    Pointer probabilities =
        stream == DnnlType.F32
            ? weights.base()
            : weights.cursor().position(heads * asking * length * (long) Float.BYTES);
    dnnl_memory probability = scope.memory(probable, probabilities);

    Primitive product = Kernels.batchedMatmul(scope, scratch, asked, transposed, scored);
    Primitive normalize = Kernels.softmax(scope, scratch, scored, probable);
    Primitive weighted = Kernels.batchedMatmul(scope, scratch, probable, valued, result);
    scores = bind(product, query.memory(), key.memory(), score);
    softmax =
        Execution.of(normalize)
            .with(dnnl.DNNL_ARG_SRC, score)
            .with(dnnl.DNNL_ARG_DST, probability)
            .build(scope);
    gather = bind(weighted, probability, value.memory(), context.memory());
    String precision = stream == DnnlType.F32 ? "fp32" : "bf16";
    kernels =
        List.of(
            new KernelInfo(part + "scores", precision, product.implementation()),
            new KernelInfo(part + "softmax", "fp32", normalize.implementation()),
            new KernelInfo(part + "context", precision, weighted.implementation()));
  }

  private dnnl_memory_desc byHead(ModelDimensions d, DnnlType type, long rows, Columns columns) {
    long head = d.headSize();
    return scope.strided(
        type, new long[] {d.heads(), rows, head}, new long[] {head, columns.stride(), 1});
  }

  private Cursor cursor(Columns columns, dnnl_memory_desc shape, DnnlType type) {
    return new Cursor(
        scope.memory(shape, null),
        columns.buffer().cursor(),
        columns.first() * type.bytes(),
        columns.stride() * type.bytes());
  }

  /** Bytes of {@code weights} for requests of up to {@code length} tokens. */
  static long weightBytes(PackedModel model, int length) {
    long each = DnnlType.F32.bytes() + (long) DnnlType.BF16.bytes();
    return model.manifest().dimensions().heads() * (long) length * length * each;
  }

  List<KernelInfo> kernels() {
    return kernels;
  }

  /**
   * Runs a request.
   *
   * @param firstRow of its tokens
   * @param resultRow the first of what asks, and of what comes out
   */
  void run(dnnl_stream stream, long firstRow, long resultRow) {
    query.to(resultRow);
    key.to(firstRow);
    value.to(firstRow);
    context.to(resultRow);
    scores.run(stream);
    softmax.run(stream);
    gather.run(stream);
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
