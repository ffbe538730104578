package io.ganglion.core.cpu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.dnnl.dnnl_stream;
import org.jspecify.annotations.Nullable;

/**
 * The head for one number of rows, and before it the last layer after its attention, if only first
 * tokens go through it. Owner thread only.
 */
final class HeadPlan implements AutoCloseable {
  private final NativeScope scope;
  private final Step[] lastLayer;
  private final Step[] head;
  private final List<KernelInfo> kernels;

  /**
   * @param encoded the encoder's result, or, for first tokens, what their last layer reads
   * @param rows number of rows from {@code cuts}
   */
  static HeadPlan of(
      PackedModel model,
      Workspace encoded,
      HeadRows head,
      Scratch scratch,
      RowCuts cuts,
      int rows) {
    return NativeScope.making(
        scope -> new HeadPlan(scope, model, encoded, head, scratch, cuts, rows));
  }

  private HeadPlan(
      NativeScope scope,
      PackedModel model,
      Workspace encoded,
      HeadRows head,
      Scratch scratch,
      RowCuts cuts,
      int rows) {
    this.scope = scope;
    LayerPlanner planner = new LayerPlanner(scope, scratch, model, encoded, cuts, rows);
    int last = model.layers().size() - 1;
    lastLayer =
        model.endsWithFirstTokens()
            ? planner.afterAttention(model.layers().get(last), last)
            : new Step[0];
    List<Step> chain = new ArrayList<>();
    NativeBuffer from = head.input();
    for (int i = 0; i < model.head().size(); i++) {
      NativeBuffer to = head.result(i);
      PackedDense dense = model.head().get(i);
      Collections.addAll(chain, planner.head(dense, model.activations().get(i), from, to));
      from = to;
    }
    this.head = chain.toArray(Step[]::new);
    kernels = planner.report();
  }

  List<KernelInfo> kernels() {
    return kernels;
  }

  /** Runs it; the first {@code used} rows matter. */
  void run(dnnl_stream stream, MatrixInput.@Nullable Observer observer, int used) {
    Step.runAll(lastLayer, stream, observer, used);
    Step.runAll(head, stream, null, used);
  }

  @Override
  public void close() {
    scope.close();
  }
}
