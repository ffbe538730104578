package io.ganglion.core.cpu;

import java.util.List;

/**
 * The encoder for one number of rows, except attention, which runs request by request. If answers
 * come from first tokens, the second half of the last layer is {@link HeadPlan}'s.
 *
 * @param scope owns everything below
 * @param embeddings the steps from sums of embeddings to the residual stream
 * @param before each layer's steps before its attention
 * @param after each layer's steps after its attention; the last may have none
 * @param kernels the kernels that run it
 */
@SuppressWarnings("ArrayRecordComponent") // read on the hot path, compared nowhere
record EncoderPlan(
    NativeScope scope, Step[] embeddings, Step[][] before, Step[][] after, List<KernelInfo> kernels)
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
    Step[] embeddings = planner.embeddings();
    Step[][] before = new Step[layers][];
    Step[][] after = new Step[model.endsWithFirstTokens() ? layers - 1 : layers][];
    for (int layer = 0; layer < layers; layer++) {
      before[layer] = planner.beforeAttention(model.layers().get(layer));
      if (layer < after.length) {
        after[layer] = planner.afterAttention(model.layers().get(layer), layer);
      }
    }
    return new EncoderPlan(scope, embeddings, before, after, planner.report());
  }

  @Override
  public void close() {
    scope.close();
  }
}
