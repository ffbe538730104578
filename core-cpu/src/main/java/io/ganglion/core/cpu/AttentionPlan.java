package io.ganglion.core.cpu;

import io.ganglion.runtime.model.ModelDimensions;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;

/**
 * The attention of one request, all heads at once: two batched products around a softmax, for all
 * lengths that fill up to the same number of rows. They read query, key and value in place. Owner
 * thread only.
 *
 * <p>Zero rows fill a shorter request up, and a bias of minus infinity gives their keys no weight.
 * So nothing of another request is read. Rows around the request are overwritten: query, key and
 * value after it by those zeros, results before it by the results of those. Therefore the requests
 * of a group run from the last to the first.
 */
final class AttentionPlan implements AutoCloseable {
  private final NativeScope scope;
  private final Execution scores;
  private final Execution softmax;
  private final Execution gather;
  private final dnnl_memory query;
  private final dnnl_memory key;
  private final dnnl_memory value;
  private final dnnl_memory mask;
  private final dnnl_memory shifted;
  private final dnnl_memory context;
  private final BytePointer qkvCursor;
  private final BytePointer maskCursor;
  private final BytePointer weightCursor;
  private final BytePointer contextCursor;
  private final ByteBuffer qkvBytes;
  private final byte[] zeroRow;
  private final int rows;
  private final int rowBytes;
  private final long probabilityBytes;
  private final long probabilities;
  private final List<KernelInfo> kernels;

  /**
   * @param weights memory of {@link #weightBytes} for the fp32 scores and then the probabilities
   * @param rows most tokens of a request
   */
  static AttentionPlan of(
      PackedModel model, Workspace workspace, Scratch scratch, NativeBuffer weights, int rows) {
    return NativeScope.making(
        scope -> new AttentionPlan(scope, model, workspace, scratch, weights, rows));
  }

  private AttentionPlan(
      NativeScope scope,
      PackedModel model,
      Workspace workspace,
      Scratch scratch,
      NativeBuffer weights,
      int rows) {
    this.scope = scope;
    this.rows = rows;
    ModelDimensions d = model.manifest().dimensions();
    DnnlType type = model.valueType();
    long hidden = d.hiddenSize();
    long heads = d.heads();
    long head = d.headSize();
    rowBytes = d.hiddenSize() * type.bytes();
    zeroRow = new byte[3 * rowBytes];
    qkvBytes = workspace.qkv().view();
    qkvCursor = workspace.qkv().cursor();
    contextCursor = workspace.contextAfterMargin().cursor();

    long[] rowsByHead = {heads, rows, head};
    long[] inQkv = {head, 3 * hidden, 1};
    dnnl_memory_desc queries = scope.strided(type, rowsByHead, inQkv);
    dnnl_memory_desc keys =
        scope.strided(type, new long[] {heads, head, rows}, new long[] {head, 1, 3 * hidden});
    dnnl_memory_desc contexts = scope.strided(type, rowsByHead, new long[] {head, hidden, 1});
    dnnl_memory_desc masks = scope.dense(DnnlType.F32, 1, 1, rows);
    dnnl_memory_desc scored = scope.dense(DnnlType.F32, heads, rows, rows);
    dnnl_memory_desc probable = scope.dense(type, heads, rows, rows);

    query = scope.memory(queries, null);
    key = scope.memory(keys, null);
    value = scope.memory(queries, null);
    mask = scope.memory(masks, null);
    context = scope.memory(contexts, null);
    shifted = scope.memory(probable, null);
    maskCursor = masks(scope, rows).cursor();
    weightCursor = weights.cursor();
    probabilityBytes = (long) rows * type.bytes();
    long scoreStart = marginBytes(rows);
    probabilities =
        type == DnnlType.F32 ? scoreStart : scoreStart + heads * rows * rows * Float.BYTES;
    dnnl_memory score = scope.memory(scored, weights.cursor().position(scoreStart));
    dnnl_memory probability = scope.memory(probable, weights.cursor().position(probabilities));

    Primitive product = Kernels.batchedMatmul(scope, scratch, queries, keys, masks, scored);
    Primitive normalize = Kernels.softmax(scope, scratch, scored, probable);
    Primitive weighted = Kernels.batchedMatmul(scope, scratch, probable, queries, null, contexts);
    scores = matmul(product, query, key, score).with(dnnl.DNNL_ARG_BIAS, mask).build(scope);
    softmax =
        Execution.of(normalize)
            .with(dnnl.DNNL_ARG_SRC, score)
            .with(dnnl.DNNL_ARG_DST, probability)
            .build(scope);
    gather = matmul(weighted, shifted, value, context).build(scope);
    String precision = type == DnnlType.F32 ? "fp32" : "bf16";
    kernels =
        List.of(
            new KernelInfo("attention.scores", precision, product.implementation(), List.of(rows)),
            new KernelInfo("attention.softmax", "fp32", normalize.implementation(), List.of(rows)),
            new KernelInfo(
                "attention.context", precision, weighted.implementation(), List.of(rows)));
  }

  /** Zeros and then as many minus infinities: a window of it is the mask of any length. */
  private static NativeBuffer masks(NativeScope scope, int rows) {
    NativeBuffer buffer = scope.buffer(2L * rows * Float.BYTES);
    FloatBuffer values = buffer.view().asFloatBuffer();
    for (int i = rows; i < 2 * rows; i++) {
      values.put(i, Float.NEGATIVE_INFINITY);
    }
    return buffer;
  }

  private static Execution.Builder matmul(
      Primitive kernel, dnnl_memory left, dnnl_memory right, dnnl_memory result) {
    return Execution.of(kernel)
        .with(dnnl.DNNL_ARG_SRC, left)
        .with(dnnl.DNNL_ARG_WEIGHTS, right)
        .with(dnnl.DNNL_ARG_DST, result);
  }

  /** The bytes of {@code weights} needed for requests of up to {@code length} tokens. */
  static long weightBytes(PackedModel model, int length) {
    long rows = RowBuckets.roundUp(length);
    long each = DnnlType.F32.bytes() + (long) DnnlType.BF16.bytes();
    return marginBytes(rows) + model.manifest().dimensions().heads() * rows * rows * each;
  }

  /** Bytes before the scores, which are read in place of probabilities but do not matter. */
  private static long marginBytes(long rows) {
    return Workspace.MARGIN * rows * Float.BYTES;
  }

  List<KernelInfo> kernels() {
    return kernels;
  }

  /**
   * Runs the request whose first token is in row {@code firstRow}.
   *
   * @param length its number of tokens, at most the rows of this plan
   */
  void run(dnnl_stream stream, int firstRow, int length) {
    int filled = rows - length;
    for (int i = 0; i < filled; i++) {
      qkvBytes.put((firstRow + length + i) * zeroRow.length, zeroRow);
    }
    long row = (long) firstRow * rowBytes;
    point(query, qkvCursor, 3 * row);
    point(key, qkvCursor, 3 * row + rowBytes);
    point(value, qkvCursor, 3 * row + 2L * rowBytes);
    point(mask, maskCursor, (long) filled * Float.BYTES);
    scores.run(stream);
    softmax.run(stream);
    // Both begin earlier by the rows that fill up: of each head only the last rows matter.
    point(shifted, weightCursor, probabilities - filled * probabilityBytes);
    point(context, contextCursor, row + (long) (Workspace.MARGIN - filled) * rowBytes);
    gather.run(stream);
  }

  private static void point(dnnl_memory memory, BytePointer cursor, long offset) {
    Dnnl.check(dnnl.dnnl_memory_set_data_handle(memory, cursor.position(offset)), "move a tensor");
  }

  @Override
  public void close() {
    scope.close();
  }
}
