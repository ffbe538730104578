package io.ganglion.core.cpu;

import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The lower bound that a CPU core is measured against: nothing but the four matrix multiplications
 * of each layer with their fused post-ops, on the core's own weights and shapes; after the last
 * attention on first tokens alone, as the core does. The thread that opened it runs and closes it;
 * the results are meaningless.
 */
public final class Roofline implements AutoCloseable {
  private final NativeScope scope;
  private final dnnl_stream stream = Dnnl.newStream();
  private final PlanCache<Plan> plans;
  private final PlanCache<Plan> ends;

  private record Plan(NativeScope scope, List<Execution> products) implements AutoCloseable {
    @Override
    public void close() {
      scope.close();
    }
  }

  Roofline(NativeScope scope, PackedModel model, int sequenceLength, int threads) {
    Dnnl.threads().set(threads);
    this.scope = scope;
    scope.onClose(() -> dnnl.dnnl_stream_destroy(stream));
    int maxRows = TokenGroups.maxRows(sequenceLength);
    Workspace workspace = new Workspace(scope, model, maxRows);
    Scratch scratch = new Scratch();
    scope.onClose(scratch::close);
    int buckets = RowBuckets.of(maxRows) + 1;
    plans =
        new PlanCache<>(
            buckets,
            buckets,
            bucket ->
                NativeScope.making(
                    own -> plan(own, model, workspace, scratch, RowBuckets.rows(bucket))));
    int endBuckets = RowBuckets.of(TokenGroups.MAX_REQUESTS) + 1;
    ends =
        new PlanCache<>(
            endBuckets,
            endBuckets,
            bucket ->
                NativeScope.making(
                    own -> end(own, model, workspace, scratch, RowBuckets.rows(bucket))));
    scope.onClose(plans::close);
    scope.onClose(ends::close);
  }

  /** Opens one over a factory's weights, owned by the calling thread. */
  public static Roofline open(CpuCoreFactory factory) throws CoreFault {
    return factory.openRoofline();
  }

  /** Multiplies as much as {@code batch} needs. */
  public void run(TokenBatch batch) {
    for (int first = 0; first < batch.size(); ) {
      int end = TokenGroups.end(batch, first);
      int tokens = batch.offsets()[end] - batch.offsets()[first];
      run(plans.get(RowBuckets.of(tokens)));
      run(ends.get(RowBuckets.of(end - first)));
      first = end;
    }
  }

  private void run(Plan plan) {
    for (Execution product : plan.products) {
      product.run(stream);
    }
  }

  /** All but what follows the last attention. */
  private static Plan plan(
      NativeScope scope, PackedModel model, Workspace workspace, Scratch scratch, int rows) {
    LayerPlanner planner = new LayerPlanner(scope, scratch, model, workspace, rows);
    List<Execution> products = new ArrayList<>();
    int last = model.layers().size() - 1;
    for (int layer = 0; layer <= last; layer++) {
      addProducts(products, planner.beforeAttention(model.layers().get(layer)));
      if (layer < last) {
        addProducts(products, planner.afterAttention(model.layers().get(layer), layer));
      }
    }
    return new Plan(scope, products);
  }

  private static Plan end(
      NativeScope scope, PackedModel model, Workspace workspace, Scratch scratch, int rows) {
    LayerPlanner planner = new LayerPlanner(scope, scratch, model, workspace, rows);
    List<Execution> products = new ArrayList<>();
    int last = model.layers().size() - 1;
    addProducts(products, planner.afterAttention(model.layers().get(last), last));
    return new Plan(scope, products);
  }

  private static void addProducts(List<Execution> products, Step[] steps) {
    for (Step step : steps) {
      if (step.kind() == Step.Kind.PRODUCT) {
        products.add(step.execution());
      }
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
