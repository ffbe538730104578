package io.ganglion.core.cpu;

import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreInfo;
import io.ganglion.runtime.core.Logits;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelManifest;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A packed BERT encoder on oneDNN: the tokens of many requests are the rows of one matrix, with no
 * padding between them. One thread owns it. Does not batch: a large batch is cut into groups that
 * fill the kernels, which changes no bit of any answer.
 *
 * <p>A request's logits are the same bits whatever shares its batch: every kernel computes a row in
 * the same order of operations in every one of the {@link RowBuckets}; attention sees one request
 * at a time.
 */
final class CpuCore implements NeuronCore {
  /** Attention kernels kept: a text's usual lengths; each takes about 1 MB, for all cores. */
  private static final int MAX_LENGTHS = 128;

  private final NativeScope scope;
  private final PackedModel model;
  private final CoreInfo info;
  private final MatrixInput.@Nullable Observer observer;
  private final Thread owner = Thread.currentThread();
  private final int threads;
  private final dnnl_stream stream = Dnnl.newStream();
  private final Workspace workspace;
  private final Workspace firstTokens;
  private final PlanCache<EncoderPlan> encoders;
  private final PlanCache<AttentionPlan> attentions;
  private final PlanCache<HeadPlan> heads;
  private final FloatBuffer embedded;
  private final ByteBuffer[] gatherFrom;
  private final ByteBuffer[] gatherTo;
  private final float[] row;
  private boolean closed;

  /**
   * Opens a core whose owner is the calling thread.
   *
   * @param scope of all that the core owns; the caller closes it if this throws
   */
  CpuCore(
      NativeScope scope,
      PackedModel model,
      CoreInfo info,
      int threads,
      MatrixInput.@Nullable Observer observer) {
    Dnnl.threads().set(threads);
    this.scope = scope;
    this.model = model;
    this.info = info;
    this.threads = threads;
    this.observer = observer;
    scope.onClose(() -> dnnl.dnnl_stream_destroy(stream));
    int maxRows = TokenGroups.maxRows(info.maxSequenceLength());
    workspace = new Workspace(scope, model, maxRows);
    firstTokens = new Workspace(scope, model, TokenGroups.MAX_REQUESTS);
    NativeBuffer attention =
        scope.buffer(AttentionPlan.weightBytes(model, info.maxSequenceLength()));
    Scratch scratch = new Scratch();
    scope.onClose(scratch::close);
    int buckets = RowBuckets.of(maxRows) + 1;
    encoders =
        new PlanCache<>(
            buckets,
            buckets,
            bucket -> EncoderPlan.of(model, workspace, scratch, RowBuckets.rows(bucket)));
    attentions =
        new PlanCache<>(
            info.maxSequenceLength() + 1,
            MAX_LENGTHS,
            length -> AttentionPlan.of(model, workspace, scratch, attention, length));
    int headBuckets = RowBuckets.of(TokenGroups.MAX_REQUESTS) + 1;
    heads =
        new PlanCache<>(
            headBuckets,
            headBuckets,
            bucket -> HeadPlan.of(model, firstTokens, scratch, RowBuckets.rows(bucket)));
    scope.onClose(encoders::close);
    scope.onClose(attentions::close);
    scope.onClose(heads::close);
    embedded = workspace.embedded().view().asFloatBuffer();
    gatherFrom = views(workspace);
    gatherTo = views(firstTokens);
    row = new float[model.hidden()];
  }

  @Override
  public CoreInfo info() {
    return info;
  }

  @Override
  public Logits infer(TokenBatch batch) throws CoreFault {
    if (closed || Thread.currentThread() != owner) {
      throw new IllegalStateException(
          closed ? "The core is closed." : "Only the thread that opened a core may run it.");
    }
    ModelManifest manifest = model.manifest();
    BatchCheck.check(batch, info, manifest.dimensions());
    int labels = info.labels();
    float[] logits = new float[batch.size() * labels];
    try {
      for (int first = 0; first < batch.size(); ) {
        int start = first;
        int end = TokenGroups.end(batch, start);
        Turns.OF_PROCESS.run(threads, () -> runGroup(batch, start, end, logits, labels));
        first = end;
      }
    } catch (DnnlException e) {
      throw e.toFault();
    }
    return new Logits(logits, labels);
  }

  private void runGroup(TokenBatch batch, int first, int end, float[] logits, int labels) {
    int[] offsets = batch.offsets();
    int start = offsets[first];
    int tokens = offsets[end] - start;
    embed(batch, first, end, RowBuckets.roundUp(tokens));
    EncoderPlan plan = encoders.get(RowBuckets.of(tokens));
    Step.runAll(plan.embeddingsNorm(), stream, null, tokens);
    for (int layer = 0; layer < plan.before().length; layer++) {
      Step.runAll(plan.before()[layer], stream, observer, tokens);
      for (int i = first; i < end; i++) {
        attentions.get(batch.length(i)).run(stream, offsets[i] - start);
      }
      if (layer < plan.after().length) {
        Step.runAll(plan.after()[layer], stream, observer, tokens);
      }
    }
    int requests = end - first;
    for (int i = 0; i < requests; i++) {
      gather(offsets[first + i] - start, i);
    }
    heads
        .get(RowBuckets.of(requests))
        .run(stream, observer, requests, logits, first * labels, labels);
  }

  /** Sums the embedding rows of a group; the rows that fill its bucket are zero. */
  private void embed(TokenBatch batch, int first, int end, int rows) {
    int width = row.length;
    int[] offsets = batch.offsets();
    int to = 0;
    for (int i = first; i < end; i++) {
      for (int token = offsets[i]; token < offsets[i + 1]; token++) {
        model
            .embeddings()
            .sum(batch.inputIds()[token], token - offsets[i], batch.segmentIds()[token], row);
        embedded.put(to * width, row, 0, width);
        to++;
      }
    }
    Arrays.fill(row, 0f);
    for (; to < rows; to++) {
      embedded.put(to * width, row, 0, width);
    }
  }

  /** Copies a first token's residual stream and attention result to the head's workspace. */
  private void gather(int from, int to) {
    int bytes = row.length * model.stream().bytes();
    for (int i = 0; i < gatherFrom.length; i++) {
      gatherTo[i].put(to * bytes, gatherFrom[i], from * bytes, bytes);
    }
  }

  private static ByteBuffer[] views(Workspace workspace) {
    return new ByteBuffer[] {workspace.hidden().view(), workspace.context().view()};
  }

  /** The kernels for a group of {@code rows} tokens and one request of {@code length}. */
  List<KernelInfo> kernels(int rows, int length) {
    List<KernelInfo> all = new ArrayList<>(encoders.get(RowBuckets.of(rows)).kernels());
    all.addAll(attentions.get(length).kernels());
    all.addAll(heads.get(1).kernels());
    return all;
  }

  @Override
  public void close() {
    closed = true;
    scope.close();
  }
}
