package io.ganglion.core.cpu;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * The end of the model for a number of requests: the last layer after its attention, pooler and
 * head. Only first tokens reach the answer, so only they are computed, one row a request in a
 * workspace of their own. Owner thread only.
 */
final class HeadPlan implements AutoCloseable {
  private final NativeScope scope;
  private final PackedModel model;
  private final int rows;
  private final Step[] lastLayer;
  private final Execution[] dense;
  private final FloatBuffer logits;
  private final List<KernelInfo> kernels;

  /**
   * @param firstTokens residual stream and attention result of each request's first token
   * @param rows of one of the {@link RowBuckets}
   */
  static HeadPlan of(PackedModel model, Workspace firstTokens, Scratch scratch, int rows) {
    return NativeScope.making(scope -> new HeadPlan(scope, model, firstTokens, scratch, rows));
  }

  private HeadPlan(
      NativeScope scope, PackedModel model, Workspace firstTokens, Scratch scratch, int rows) {
    this.scope = scope;
    this.model = model;
    this.rows = rows;
    int last = model.layers().size() - 1;
    LayerPlanner planner = new LayerPlanner(scope, scratch, model, firstTokens, rows);
    lastLayer = planner.afterAttention(model.layers().get(last), last);
    kernels = new ArrayList<>(planner.report());

    List<Execution> chain = new ArrayList<>();
    NativeBuffer from = firstTokens.hidden();
    if (model.stream() != DnnlType.F32) {
      from = widen(chain, firstTokens.hidden(), scratch);
    }
    for (int i = 0; i < model.head().size(); i++) {
      from = dense(chain, model.head().get(i), model.activations().get(i), from, scratch);
    }
    dense = chain.toArray(Execution[]::new);
    logits = from.view().asFloatBuffer();
  }

  List<KernelInfo> kernels() {
    return kernels;
  }

  /** Answers the first {@code requests} rows into {@code target}, row-major from {@code at}. */
  void run(
      dnnl_stream stream,
      MatrixInput.@Nullable Observer observer,
      int requests,
      float[] target,
      int at,
      int labels) {
    Step.runAll(lastLayer, stream, observer, requests);
    for (Execution execution : dense) {
      execution.run(stream);
    }
    logits.get(0, target, at, requests * labels);
  }

  private NativeBuffer widen(List<Execution> chain, NativeBuffer from, Scratch scratch) {
    NativeBuffer to = scope.buffer((long) rows * model.hidden() * Float.BYTES);
    dnnl_memory_desc narrow = scope.dense(model.stream(), rows, model.hidden());
    dnnl_memory_desc wide = scope.dense(DnnlType.F32, rows, model.hidden());
    chain.add(
        Execution.of(Kernels.reorder(scope, scratch, narrow, wide))
            .with(dnnl.DNNL_ARG_FROM, scope.memory(narrow, from.base()))
            .with(dnnl.DNNL_ARG_TO, scope.memory(wide, to.base()))
            .build(scope));
    return to;
  }

  private NativeBuffer dense(
      List<Execution> chain,
      PackedDense layer,
      PostOp activation,
      NativeBuffer from,
      Scratch scratch) {
    NativeBuffer to = scope.buffer((long) rows * layer.outputs() * Float.BYTES);
    MatmulShape shape =
        new MatmulShape(
            rows, layer.inputs(), layer.outputs(), DnnlType.F32, DnnlType.F32, activation, false);
    Primitive kernel = shape.compile(scope, scratch, layer.layout());
    dnnl_memory source = scope.memory(scope.dense(DnnlType.F32, rows, layer.inputs()), from.base());
    dnnl_memory destination =
        scope.memory(scope.dense(DnnlType.F32, rows, layer.outputs()), to.base());
    chain.add(
        layer
            .bind(kernel)
            .with(dnnl.DNNL_ARG_SRC, source)
            .with(dnnl.DNNL_ARG_DST, destination)
            .build(scope));
    kernels.add(new KernelInfo(layer.name(), "fp32", kernel.implementation()));
    return to;
  }

  @Override
  public void close() {
    scope.close();
  }
}
