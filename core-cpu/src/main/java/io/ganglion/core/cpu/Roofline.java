package io.ganglion.core.cpu;

import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.TokenBatch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The lower bound of time that a CPU core is measured against: only the four matrix multiplications
 * of each layer with their fused post-ops, on the core's own weights and shapes. After the last
 * attention it computes only first tokens if the core does. The thread that opened it runs and
 * closes it. The results are meaningless.
 */
public final class Roofline implements AutoCloseable {
  private final NativeScope scope;
  private final dnnl_stream stream = Dnnl.newStream();
  private final TokenGroups groups;
  private final CoreCuts cuts;
  private final boolean firstTokens;
  private final PlanCache<Plan> plans;
  private final PlanCache<Plan> ends;

  private record Plan(NativeScope scope, List<Operation> products) implements AutoCloseable {
    @Override
    public void close() {
      scope.close();
    }
  }

  Roofline(
      NativeScope scope, PackedModel model, int sequenceLength, int threads, TokenGroups groups) {
    Dnnl.threads().set(threads);
    this.scope = scope;
    this.groups = groups;
    firstTokens = model.endsWithFirstTokens();
    scope.onClose(() -> dnnl.dnnl_stream_destroy(stream));
    int maxRows = groups.maxRows(sequenceLength);
    cuts = new CoreCuts(model, threads, maxRows);
    Workspace workspace = new Workspace(scope, model, maxRows);
    Scratch scratch = new Scratch();
    scope.onClose(scratch::close);
    plans =
        new PlanCache<>(
            maxRows + 1,
            maxRows,
            rows -> NativeScope.making(own -> plan(own, model, workspace, scratch, rows)));
    ends =
        new PlanCache<>(
            maxRows + 1,
            maxRows,
            rows -> NativeScope.making(own -> end(own, model, workspace, scratch, rows)));
    scope.onClose(plans::close);
    scope.onClose(ends::close);
  }

  /** Opens one over a factory's weights, owned by the calling thread. */
  public static Roofline open(CpuCoreFactory factory) throws CoreFault {
    return factory.openRoofline();
  }

  /** Runs the multiplications that {@code batch} needs. */
  public void run(TokenBatch batch) {
    for (int first = 0; first < batch.size(); ) {
      int end = groups.end(batch, first);
      int tokens = batch.offsets()[end] - batch.offsets()[first];
      run(plans.get(cuts.encoder().rows(tokens)));
      if (firstTokens) {
        run(ends.get(cuts.end().rows(end - first)));
      }
      first = end;
    }
  }

  private void run(Plan plan) {
    for (Operation product : plan.products) {
      product.run(stream);
    }
  }

  /** All products, except those after the last attention if only first tokens need them. */
  private Plan plan(
      NativeScope scope, PackedModel model, Workspace workspace, Scratch scratch, int rows) {
    LayerPlanner planner = new LayerPlanner(scope, scratch, model, workspace, cuts.encoder(), rows);
    List<Operation> products = new ArrayList<>();
    int last = model.layers().size() - 1;
    for (int layer = 0; layer <= last; layer++) {
      addProducts(products, planner.beforeAttention(model.layers().get(layer)));
      if (layer < last || !firstTokens) {
        addProducts(products, planner.afterAttention(model.layers().get(layer), layer));
      }
    }
    return new Plan(scope, products);
  }

  private Plan end(
      NativeScope scope, PackedModel model, Workspace workspace, Scratch scratch, int rows) {
    LayerPlanner planner = new LayerPlanner(scope, scratch, model, workspace, cuts.end(), rows);
    List<Operation> products = new ArrayList<>();
    int last = model.layers().size() - 1;
    addProducts(products, planner.afterAttention(model.layers().get(last), last));
    return new Plan(scope, products);
  }

  private static void addProducts(List<Operation> products, Step[] steps) {
    for (Step step : steps) {
      if (step.kind() == Step.Kind.PRODUCT) {
        products.add(step.operation());
      }
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
