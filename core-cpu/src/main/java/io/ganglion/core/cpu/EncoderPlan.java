package io.ganglion.core.cpu;

import java.util.List;

/**
 * The encoder for one number of rows, except attention, which runs request by request, and the
 * second half of the last layer, which {@link HeadPlan} runs for first tokens only.
 *
 * @param scope owns everything below
 * @param embeddingsNorm the first step
 * @param before each layer's steps before its attention
 * @param after each layer's steps after its attention; none for the last
 * @param kernels the kernels that run it
 */
@SuppressWarnings("ArrayRecordComponent") // read on the hot path, compared nowhere
record EncoderPlan(
    NativeScope scope,
    Step[] embeddingsNorm,
    Step[][] before,
    Step[][] after,
    List<KernelInfo> kernels)
    implements AutoCloseable {

  static EncoderPlan of(
      PackedModel model, Workspace workspace, Scratch scratch, RowCuts cuts, int rows) {
    return NativeScope.making(scope -> in(scope, model, workspace, scratch, cuts, rows));
  }

  private static EncoderPlan in(
      NativeScope scope,
      PackedModel model,
      Workspace workspace,
      Scratch scratch,
      RowCuts cuts,
      int rows) {
    LayerPlanner planner = new LayerPlanner(scope, scratch, model, workspace, cuts, rows);
    int layers = model.layers().size();
    Step[] norm = {planner.embeddingsNorm()};
    Step[][] before = new Step[layers][];
    Step[][] after = new Step[layers - 1][];
    for (int layer = 0; layer < layers; layer++) {
      before[layer] = planner.beforeAttention(model.layers().get(layer));
      if (layer < layers - 1) {
        after[layer] = planner.afterAttention(model.layers().get(layer), layer);
      }
    }
    return new EncoderPlan(scope, norm, before, after, planner.report());
  }

  @Override
  public void close() {
    scope.close();
  }
}
