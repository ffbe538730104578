package io.ganglion.core.cpu;

import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.Pooling;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.dnnl.dnnl_stream;
import org.jspecify.annotations.Nullable;

/**
 * The end of the model: from the tokens of a group to the outputs of its requests. If answers come
 * from first tokens, only these go through the second half of the last layer, in a workspace of
 * their own. Owner thread only.
 */
final class ModelEnd {
  /** Number of plans kept for labels of tokens, by rows: as many as there are plans of groups. */
  private static final int MAX_TOKEN_PLANS = 64;

  private final PackedModel model;
  private final Pooling pooling;
  private final RowCuts cuts;
  private final PlanCache<HeadPlan> plans;
  private final FloatBuffer outputs;
  private final Rows stream;
  private final Rows attention;
  private final @Nullable TokenPooling pool;

  /**
   * @param tokens the workspace of a group's tokens
   * @param cuts cuts of the rows that the head reads
   */
  ModelEnd(NativeScope scope, PackedModel model, Workspace tokens, Scratch scratch, RowCuts cuts) {
    this.model = model;
    this.cuts = cuts;
    pooling = model.pooling();
    int maxRows =
        pooling == Pooling.NONE ? tokens.maxRows() : RowCuts.capacity(TokenGroups.MAX_REQUESTS);
    Workspace encoded = model.endsWithFirstTokens() ? new Workspace(scope, model, maxRows) : tokens;
    HeadRows head = new HeadRows(scope, model, encoded, maxRows);
    plans =
        new PlanCache<>(
            maxRows + 1,
            Math.min(maxRows, MAX_TOKEN_PLANS),
            rows -> HeadPlan.of(model, encoded, head, scratch, cuts, rows));
    scope.onClose(plans::close);
    outputs = head.outputs().view().asFloatBuffer();
    stream =
        new Rows(tokens.hidden().view(), encoded.hidden().view(), model.hidden() * Float.BYTES);
    attention =
        new Rows(
            tokens.context().view(),
            encoded.context().view(),
            model.hidden() * model.valueType().bytes());
    pool =
        pooling == Pooling.MEAN || pooling == Pooling.MAX
            ? new TokenPooling(model, tokens.hidden(), head.input())
            : null;
  }

  /** Rows of tokens, and where those of first tokens go. */
  private record Rows(ByteBuffer from, ByteBuffer to, int bytes) {
    void copy(int fromRow, int toRow) {
      to.put(toRow * bytes, from, fromRow * bytes, bytes);
    }
  }

  /**
   * Runs the end for requests {@code first} to {@code end}, whose tokens are the workspace's first
   * rows, and writes their outputs to {@code target}, which has a place for all of the batch.
   */
  void run(
      dnnl_stream stream,
      MatrixInput.@Nullable Observer observer,
      TokenBatch batch,
      int first,
      int end,
      float[] target) {
    int[] offsets = batch.offsets();
    for (int i = first; i < end; i++) {
      int row = offsets[i] - offsets[first];
      if (model.endsWithFirstTokens()) {
        gather(row, i - first);
      } else if (pool != null) {
        pool.pool(row, batch.length(i), i - first);
      }
    }
    boolean ofTokens = pooling == Pooling.NONE;
    int rows = ofTokens ? offsets[end] - offsets[first] : end - first;
    int at = ofTokens ? offsets[first] : first;
    plans.get(cuts.rows(rows)).run(stream, observer, rows);
    int width = model.manifest().outputWidth();
    outputs.get(0, target, at * width, rows * width);
  }

  /** Copies a first token's residual stream and attention result to the end's workspace. */
  private void gather(int from, int to) {
    stream.copy(from, to);
    attention.copy(from, to);
  }

  /** The kernels for this many requests with this many tokens. */
  List<KernelInfo> kernels(int requests, int tokens) {
    return plans.get(cuts.rows(pooling == Pooling.NONE ? tokens : requests)).kernels();
  }

  /** Number of plans kept. */
  int plans() {
    return plans.size();
  }
}
