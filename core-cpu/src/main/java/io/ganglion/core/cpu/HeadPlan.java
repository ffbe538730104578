package io.ganglion.core.cpu;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * The end of the model for a number of requests: the last layer after its attention, pooler and
 * head. Only first tokens affect the answer, so only these are computed, with a row for each
 * request in a separate workspace. Owner thread only.
 */
final class HeadPlan implements AutoCloseable {
  private final NativeScope scope;
  private final PackedModel model;
  private final int rows;
  private final Step[] lastLayer;
  private final Step[] head;
  private final FloatBuffer logits;
  private final List<KernelInfo> kernels;

  /**
   * @param firstTokens residual stream and attention result of first tokens
   * @param rows number of rows from {@code cuts}
   */
  static HeadPlan of(
      PackedModel model, Workspace firstTokens, Scratch scratch, RowCuts cuts, int rows) {
    return NativeScope.making(
        scope -> new HeadPlan(scope, model, firstTokens, scratch, cuts, rows));
  }

  private HeadPlan(
      NativeScope scope,
      PackedModel model,
      Workspace firstTokens,
      Scratch scratch,
      RowCuts cuts,
      int rows) {
    this.scope = scope;
    this.model = model;
    this.rows = rows;
    int last = model.layers().size() - 1;
    LayerPlanner planner = new LayerPlanner(scope, scratch, model, firstTokens, cuts, rows);
    lastLayer = planner.afterAttention(model.layers().get(last), last);

    List<Step> chain = new ArrayList<>();
    NativeBuffer from = firstTokens.hidden();
    if (model.stream() != DnnlType.F32) {
      NativeBuffer wide = scope.buffer((long) rows * model.hidden() * Float.BYTES);
      chain.add(new Step(Step.Kind.CONVERSION, widen(from, wide, scratch), null));
      from = wide;
    }
    for (int i = 0; i < model.head().size(); i++) {
      PackedDense dense = model.head().get(i);
      NativeBuffer to = scope.buffer((long) rows * dense.outputs() * Float.BYTES);
      Collections.addAll(chain, planner.head(dense, model.activations().get(i), from, to));
      from = to;
    }
    head = chain.toArray(Step[]::new);
    kernels = planner.report();
    logits = from.view().asFloatBuffer();
  }

  List<KernelInfo> kernels() {
    return kernels;
  }

  /**
   * Writes the answers of the first {@code requests} rows to {@code target}, row-major from {@code
   * at}.
   */
  void run(
      dnnl_stream stream,
      MatrixInput.@Nullable Observer observer,
      int requests,
      float[] target,
      int at,
      int labels) {
    Step.runAll(lastLayer, stream, observer, requests);
    Step.runAll(head, stream, null, requests);
    logits.get(0, target, at, requests * labels);
  }

  private Execution widen(NativeBuffer from, NativeBuffer to, Scratch scratch) {
    dnnl_memory_desc narrow = scope.dense(model.stream(), rows, model.hidden());
    dnnl_memory_desc wide = scope.dense(DnnlType.F32, rows, model.hidden());
    return Execution.of(Kernels.reorder(scope, scratch, narrow, wide))
        .with(dnnl.DNNL_ARG_FROM, scope.memory(narrow, from.base()))
        .with(dnnl.DNNL_ARG_TO, scope.memory(wide, to.base()))
        .build(scope);
  }

  @Override
  public void close() {
    scope.close();
  }
}
