package io.ganglion.core.cpu;

import io.ganglion.runtime.core.BatchCheck;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreInfo;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.Outputs;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelManifest;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * A packed BERT encoder on oneDNN: the tokens of many requests are the rows of one matrix, with no
 * padding between them. One thread owns it. A large batch is cut into groups that fill the kernels,
 * which changes no bit of any answer.
 *
 * <p>A request's outputs do not depend on its batch, to the bit. Products run in kernels that were
 * found to give equal bits for each row (see {@link RowCuts}). The steps between them work row by
 * row, and attention sees one request at a time.
 */
final class CpuCore implements NeuronCore {
  /**
   * Number of attention plans kept, by rows: more than there are {@link RowBuckets} up to the usual
   * longest text. Each takes about 1 MB, for all cores.
   */
  private static final int MAX_LENGTHS = 48;

  /**
   * Number of group plans kept, by rows: more than there are {@link RowBuckets} up to a long text.
   */
  private static final int MAX_GROUP_SIZES = 64;

  private final NativeScope scope;
  private final PackedModel model;
  private final CoreInfo info;
  private final MatrixInput.@Nullable Observer observer;
  private final Thread owner = Thread.currentThread();
  private final int threads;
  private final dnnl_stream stream = Dnnl.newStream();
  private final TokenGroups groups;
  private final CoreCuts cuts;
  private final Workspace workspace;
  private final PlanCache<EncoderPlan> encoders;
  private final PlanCache<AttentionPlan> attentions;
  private final ModelEnd end;
  private final FloatBuffer embedded;
  private final float[] row;
  private boolean closed;

  /**
   * Opens a core. The calling thread owns it.
   *
   * @param scope scope of everything that the core owns; the caller closes it if this throws
   */
  CpuCore(
      NativeScope scope,
      PackedModel model,
      CoreInfo info,
      int threads,
      TokenGroups groups,
      MatrixInput.@Nullable Observer observer) {
    Dnnl.threads().set(threads);
    this.scope = scope;
    this.model = model;
    this.info = info;
    this.threads = threads;
    this.groups = groups;
    this.observer = observer;
    scope.onClose(() -> dnnl.dnnl_stream_destroy(stream));
    int maxRows = groups.maxRows(info.maxSequenceLength());
    cuts = new CoreCuts(model, threads, maxRows);
    workspace = new Workspace(scope, model, maxRows);
    NativeBuffer attention =
        scope.buffer(AttentionPlan.weightBytes(model, info.maxSequenceLength()));
    Scratch scratch = new Scratch();
    scope.onClose(scratch::close);
    encoders =
        new PlanCache<>(
            maxRows + 1,
            MAX_GROUP_SIZES,
            rows -> EncoderPlan.of(model, workspace, scratch, cuts.encoder(), rows));
    attentions =
        new PlanCache<>(
            RowBuckets.roundUp(info.maxSequenceLength()) + 1,
            MAX_LENGTHS,
            rows -> AttentionPlan.of(model, workspace, scratch, attention, rows));
    scope.onClose(encoders::close);
    scope.onClose(attentions::close);
    end = new ModelEnd(scope, model, workspace, scratch, cuts.end());
    embedded = workspace.embedded().view().asFloatBuffer();
    row = new float[model.embeddingSize()];
  }

  @Override
  public CoreInfo info() {
    return info;
  }

  @Override
  public Outputs infer(TokenBatch batch) throws CoreFault {
    if (closed || Thread.currentThread() != owner) {
      throw new IllegalStateException(
          closed ? "The core is closed." : "Only the thread that opened a core may run it.");
    }
    ModelManifest manifest = model.manifest();
    BatchCheck.check(batch, info, manifest.dimensions());
    int width = info.width();
    int rows = manifest.task().rows(batch.size(), batch.tokens());
    float[] outputs = new float[Math.multiplyExact(rows, width)];
    try {
      for (int first = 0; first < batch.size(); ) {
        int start = first;
        int next = groups.end(batch, start);
        Turns.OF_PROCESS.run(threads, () -> runGroup(batch, start, next, outputs));
        first = next;
      }
    } catch (DnnlException e) {
      throw e.toFault();
    }
    return Outputs.of(outputs, width, manifest.task(), batch);
  }

  private void runGroup(TokenBatch batch, int first, int next, float[] outputs) {
    int[] offsets = batch.offsets();
    int start = offsets[first];
    int tokens = offsets[next] - start;
    int rows = cuts.encoder().rows(tokens);
    EncoderPlan plan = encoders.get(rows);
    embed(batch, first, next, rows);
    Step.runAll(plan.embeddings(), stream, null, tokens);
    for (int layer = 0; layer < plan.before().length; layer++) {
      Step.runAll(plan.before()[layer], stream, observer, tokens);
      for (int i = next - 1; i >= first; i--) {
        int length = batch.length(i);
        attentionOf(length).run(stream, offsets[i] - start, length);
      }
      if (layer < plan.after().length) {
        Step.runAll(plan.after()[layer], stream, observer, tokens);
      }
    }
    end.run(stream, observer, batch, first, next, outputs);
  }

  private AttentionPlan attentionOf(int length) {
    return attentions.get(RowBuckets.roundUp(length));
  }

  /** Sums the embedding rows of a group. Rows that only fill up its kernels are zero. */
  private void embed(TokenBatch batch, int first, int next, int rows) {
    int width = row.length;
    int[] offsets = batch.offsets();
    int to = 0;
    for (int i = first; i < next; i++) {
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

  /** The kernels for a group of {@code rows} tokens and one request of {@code length}. */
  List<KernelInfo> kernels(int rows, int length) {
    List<KernelInfo> all = new ArrayList<>(encoders.get(cuts.encoder().rows(rows)).kernels());
    all.addAll(attentionOf(length).kernels());
    all.addAll(end.kernels(1, rows));
    return all;
  }

  /** Number of plans kept. Each holds some kernels, about 1 MB. */
  int plans() {
    return encoders.size() + attentions.size() + end.plans();
  }

  @Override
  public void close() {
    closed = true;
    scope.close();
  }
}
