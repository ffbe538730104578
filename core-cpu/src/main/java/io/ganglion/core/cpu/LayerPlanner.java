package io.ganglion.core.cpu;

import io.ganglion.runtime.model.WeightSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Plans the executions of encoder layers for one number of rows. Layers of the same shape share
 * their kernels. Owner thread only.
 */
final class LayerPlanner {
  private final NativeScope scope;
  private final Scratch scratch;
  private final PackedModel model;
  private final Workspace workspace;
  private final RowCuts cuts;
  private final int rows;
  private final DnnlType value;
  private final Map<Object, Primitive> kernels = new HashMap<>();
  private final Map<Window, dnnl_memory> windows = new HashMap<>();
  private final List<KernelInfo> report = new ArrayList<>();

  /** Rows of an activation. */
  private record Window(NativeBuffer buffer, DnnlType type, int columns, int first, int rows) {}

  private record ProductKernel(MatmulShape product, int rows) {}

  /**
   * @param rows number of rows from {@code cuts}
   */
  LayerPlanner(
      NativeScope scope,
      Scratch scratch,
      PackedModel model,
      Workspace workspace,
      RowCuts cuts,
      int rows) {
    this.scope = scope;
    this.scratch = scratch;
    this.model = model;
    this.workspace = workspace;
    this.cuts = cuts;
    this.rows = rows;
    value = model.valueType();
  }

  /** Describes the plan, with the kernels that oneDNN chose. */
  List<KernelInfo> report() {
    return report;
  }

  /** The steps from the sums of embeddings to the residual stream. */
  Step[] embeddings() {
    List<Step> steps = new ArrayList<>();
    NativeBuffer sums = workspace.embedded();
    PackedDense projection = model.projection();
    if (projection == null) {
      steps.add(embeddingsNorm(workspace.hidden()));
    } else {
      steps.add(embeddingsNorm(sums));
      MatmulShape product = LayerProducts.ofProjection(projection);
      dense(steps, projection, product, sums, DnnlType.F32, workspace.hidden(), null);
    }
    return steps.toArray(Step[]::new);
  }

  private Step embeddingsNorm(NativeBuffer to) {
    return norm(
        WeightSchema.EMBEDDINGS_LAYER_NORM,
        model.embeddingsNorm(),
        workspace.embedded(),
        to,
        model.embeddingSize());
  }

  /** The steps from the residual stream to query, key and value. */
  Step[] beforeAttention(PackedLayer layer) {
    List<Step> steps = new ArrayList<>();
    MatmulShape qkv = LayerProducts.of(model, layer).qkv();
    dense(steps, layer.qkv(), qkv, workspace.hidden(), DnnlType.F32, workspace.qkv(), null);
    return steps.toArray(Step[]::new);
  }

  /**
   * The steps from attention's result to the layer's result, including both residual connections.
   */
  Step[] afterAttention(PackedLayer layer, int index) {
    List<Step> steps = new ArrayList<>();
    LayerProducts products = LayerProducts.of(model, layer);
    NativeBuffer hidden = workspace.hidden();
    dense(
        steps,
        layer.attentionOutput(),
        products.attentionOutput(),
        workspace.context(),
        value,
        hidden,
        null);
    steps.add(norm(WeightSchema.attentionLayerNorm(index), layer.attentionNorm()));
    NativeBuffer between = workspace.intermediate();
    DnnlType betweenType = products.intermediate().destination();
    dense(
        steps,
        layer.intermediate(),
        products.intermediate(),
        hidden,
        DnnlType.F32,
        between,
        layer.output().quantization());
    dense(steps, layer.output(), products.output(), between, betweenType, hidden, null);
    steps.add(norm(WeightSchema.outputLayerNorm(index), layer.outputNorm()));
    return steps.toArray(Step[]::new);
  }

  /** A product of the model's head, from and to fp32. */
  Step[] head(PackedDense layer, PostOp activation, NativeBuffer from, NativeBuffer to) {
    List<Step> steps = new ArrayList<>();
    dense(steps, layer, LayerProducts.ofHead(layer, activation), from, DnnlType.F32, to, null);
    return steps.toArray(Step[]::new);
  }

  /**
   * @param next quantization of a u8 result
   */
  private void dense(
      List<Step> steps,
      PackedDense dense,
      MatmulShape product,
      NativeBuffer from,
      DnnlType fromType,
      NativeBuffer to,
      PackedDense.@Nullable Quantization next) {
    MatrixInput input =
        fromType == DnnlType.U8
            ? null
            : new MatrixInput(dense.name(), from, fromType, dense.inputs());
    NativeBuffer source = from;
    if (dense.source() != fromType || dense.columns() != dense.inputs()) {
      source = workspace.inputOf(dense);
      steps.add(new Step(Step.Kind.CONVERSION, convert(dense, from, fromType), input));
      input = null;
    }
    List<Integer> blocks = cuts.blocks(product, rows);
    String implementation = "";
    int first = 0;
    for (int block : blocks) {
      Primitive kernel =
          kernels.computeIfAbsent(
              new ProductKernel(product, block),
              key -> product.compile(scope, scratch, block, dense.layout()));
      implementation = kernel.implementation();
      Execution.Builder execution =
          dense
              .bind(kernel)
              .with(
                  dnnl.DNNL_ARG_SRC,
                  window(new Window(source, dense.source(), dense.columns(), first, block)))
              .with(
                  dnnl.DNNL_ARG_DST,
                  window(new Window(to, product.destination(), dense.outputs(), first, block)));
      if (product.destination() == DnnlType.U8) {
        product.bindQuantization(execution, Objects.requireNonNull(next));
      }
      steps.add(new Step(Step.Kind.PRODUCT, execution.build(scope), input));
      input = null;
      first += block;
    }
    report.add(new KernelInfo(dense.name(), dense.precision().toString(), implementation, blocks));
  }

  private Execution convert(PackedDense reader, NativeBuffer from, DnnlType fromType) {
    PackedDense.Quantization quantization = reader.quantization();
    dnnl_memory source = memory(fromType, reader.inputs(), from);
    Primitive kernel =
        kernels.computeIfAbsent(
            List.of(
                "convert",
                fromType,
                reader.source(),
                reader.inputs(),
                quantization != null && quantization.inputZero() != null),
            key -> conversion(fromType, reader));
    report.add(
        new KernelInfo(
            reader.name() + ".input",
            reader.precision().toString(),
            kernel.implementation(),
            List.of(rows)));
    Execution.Builder execution = Execution.of(kernel);
    NativeBuffer to = workspace.inputOf(reader);
    if (quantization != null) {
      if (quantization.inputZero() != null) {
        execution.with(Kernels.postOpArgument(0), quantization.inputZero());
      }
      return execution
          .with(dnnl.DNNL_ARG_SRC_0, source)
          .with(dnnl.DNNL_ARG_SRC_1, quantization.inputFactor())
          .with(dnnl.DNNL_ARG_DST, memory(reader.source(), reader.inputs(), to))
          .build(scope);
    }
    return execution
        .with(dnnl.DNNL_ARG_FROM, source)
        .with(dnnl.DNNL_ARG_TO, scope.memory(converted(reader), to.base()))
        .build(scope);
  }

  private Primitive conversion(DnnlType from, PackedDense reader) {
    PackedDense.Quantization quantization = reader.quantization();
    return quantization != null
        ? Kernels.quantize(
            scope, scratch, from, rows, reader.inputs(), quantization.inputZero() != null)
        : Kernels.reorder(
            scope, scratch, scope.dense(from, rows, reader.inputs()), converted(reader));
  }

  /** The inputs in rows of the length that a kernel reads. Values after the inputs stay zero. */
  private dnnl_memory_desc converted(PackedDense reader) {
    return scope.strided(
        reader.source(), new long[] {rows, reader.inputs()}, new long[] {reader.columns(), 1});
  }

  /** Normalizes the residual stream. */
  private Step norm(String name, PackedNorm norm) {
    return norm(name, norm, workspace.hidden(), workspace.hidden(), model.hidden());
  }

  /** Normalizes fp32 rows; {@code from} and {@code to} may be the same. */
  private Step norm(
      String name, PackedNorm norm, NativeBuffer from, NativeBuffer to, int columns) {
    float epsilon = model.manifest().layerNormEpsilon();
    Primitive kernel =
        kernels.computeIfAbsent(
            List.of("norm", columns),
            key -> Kernels.layerNorm(scope, scratch, rows, columns, epsilon));
    Execution execution =
        Execution.of(kernel)
            .with(dnnl.DNNL_ARG_SRC, memory(DnnlType.F32, columns, from))
            .with(dnnl.DNNL_ARG_DST, memory(DnnlType.F32, columns, to))
            .with(dnnl.DNNL_ARG_SCALE, norm.gamma())
            .with(dnnl.DNNL_ARG_SHIFT, norm.beta())
            .build(scope);
    report.add(new KernelInfo(name, "fp32", kernel.implementation(), List.of(rows)));
    return new Step(Step.Kind.NORM, execution, null);
  }

  private dnnl_memory memory(DnnlType type, int columns, NativeBuffer buffer) {
    return window(new Window(buffer, type, columns, 0, rows));
  }

  private dnnl_memory window(Window window) {
    return windows.computeIfAbsent(
        window,
        w ->
            scope.memory(
                scope.dense(w.type, w.rows, w.columns),
                w.buffer.cursor().position((long) w.first * w.columns * w.type.bytes())));
  }
}
