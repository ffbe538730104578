package io.ganglion.core.cpu;

import io.ganglion.runtime.model.WeightSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;

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
  private final TokenQuantizer quantizer;
  private final Map<Window, dnnl_memory> windows = new HashMap<>();
  private final List<KernelInfo> report = new ArrayList<>();

  /** Rows of an activation, {@code pitch} elements apart, with two or three axes. */
  private record Window(
      NativeBuffer buffer,
      DnnlType type,
      long columns,
      long pitch,
      int first,
      int rows,
      boolean threeAxes) {}

  private record ProductKernel(MatmulShape product, int rows) {}

  /** What a dense layer reads: rows that lie {@code pitch} elements apart. */
  private record Input(NativeBuffer buffer, DnnlType type, long pitch) {}

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
    quantizer = new TokenQuantizer(scope, scratch, workspace, rows, kernels);
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
      dense(steps, projection, product, wide(sums, projection), workspace.hidden());
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
    dense(steps, layer.qkv(), qkv, wide(workspace.hidden(), layer.qkv()), workspace.qkv());
    return steps.toArray(Step[]::new);
  }

  /**
   * The steps from attention's result to the layer's result, including both residual connections.
   */
  Step[] afterAttention(PackedLayer layer, int index) {
    List<Step> steps = new ArrayList<>();
    LayerProducts products = LayerProducts.of(model, layer);
    NativeBuffer hidden = workspace.hidden();
    Input context = new Input(workspace.context(), value, model.hidden());
    dense(steps, layer.attentionOutput(), products.attentionOutput(), context, hidden);
    steps.add(norm(WeightSchema.attentionLayerNorm(index), layer.attentionNorm()));
    Input normalized = wide(hidden, layer.intermediate());
    Input between =
        new Input(workspace.intermediate(), value, products.intermediate().destinationPitch());
    dense(steps, layer.intermediate(), products.intermediate(), normalized, between.buffer);
    dense(steps, layer.output(), products.output(), between, hidden);
    steps.add(norm(WeightSchema.outputLayerNorm(index), layer.outputNorm()));
    return steps.toArray(Step[]::new);
  }

  /** A product of the model's head, from and to fp32. */
  Step[] head(PackedDense layer, PostOp activation, NativeBuffer from, NativeBuffer to) {
    List<Step> steps = new ArrayList<>();
    dense(steps, layer, LayerProducts.ofHead(layer, activation), wide(from, layer), to);
    return steps.toArray(Step[]::new);
  }

  /** An input in fp32, without gaps. */
  private static Input wide(NativeBuffer buffer, PackedDense reader) {
    return new Input(buffer, DnnlType.F32, reader.inputs());
  }

  private void dense(
      List<Step> steps, PackedDense dense, MatmulShape product, Input from, NativeBuffer to) {
    List<Step> made = new ArrayList<>();
    NativeBuffer source = from.buffer;
    PackedDense.ByToken tokens = dense.tokens();
    if (tokens != null) {
      source = workspace.inputOf(dense);
      // With the gaps, since oneDNN's fast kernels take only rows without any.
      int columns = Math.toIntExact(from.pitch);
      made.addAll(quantizer.steps(tokens.range(), from.buffer, from.type, columns, source));
      reportInput(dense, quantizer.implementation(tokens.range(), from.type, columns));
    } else if (dense.source() != from.type || dense.columns() != dense.inputs()) {
      source = workspace.inputOf(dense);
      made.add(new Step(Step.Kind.CONVERSION, convert(dense, from), null));
    }
    addProducts(made, dense, product, source, to);
    made.set(0, made.get(0).reading(observed(dense, from)));
    steps.addAll(made);
  }

  private static MatrixInput observed(PackedDense reader, Input from) {
    return new MatrixInput(reader.name(), from.buffer, from.type, reader.inputs(), from.pitch);
  }

  /** Adds the kernels of a product, block by block of rows. */
  private void addProducts(
      List<Step> steps,
      PackedDense dense,
      MatmulShape product,
      NativeBuffer source,
      NativeBuffer to) {
    List<Integer> blocks = cuts.blocks(product, rows);
    String implementation = "";
    int first = 0;
    for (int block : blocks) {
      Primitive kernel =
          kernels.computeIfAbsent(
              new ProductKernel(product, block),
              key -> product.compile(scope, scratch, block, dense.layout()));
      implementation = kernel.implementation();
      Rows at = new Rows(product, first, block);
      Execution.Builder execution =
          dense
              .bind(kernel)
              .with(
                  dnnl.DNNL_ARG_SRC,
                  at.in(source, product.source(), product.inputs(), product.sourcePitch()))
              .with(
                  dnnl.DNNL_ARG_DST,
                  at.in(to, product.destination(), product.outputs(), product.destinationPitch()));
      if (product.rowFactors()) {
        MatmulShape.bindFactors(execution, at.in(workspace.tokenScales(), DnnlType.F32, 1, 1));
      }
      steps.add(new Step(Step.Kind.PRODUCT, execution.build(scope), null));
      first += block;
    }
    report.add(new KernelInfo(dense.name(), dense.precision().toString(), implementation, blocks));
  }

  private void reportInput(PackedDense reader, String implementation) {
    String precision = reader.precision().toString();
    report.add(new KernelInfo(reader.name() + ".input", precision, implementation, List.of(rows)));
  }

  private Execution convert(PackedDense reader, Input from) {
    dnnl_memory_desc rowsOfInput =
        scope.strided(from.type, new long[] {rows, reader.inputs()}, new long[] {from.pitch, 1});
    dnnl_memory source = scope.memory(rowsOfInput, from.buffer.base());
    Primitive kernel =
        kernels.computeIfAbsent(
            List.of("convert", from.type, from.pitch, reader.source(), reader.inputs()),
            key -> conversion(rowsOfInput, from.type, reader));
    reportInput(reader, kernel.implementation());
    Execution.Builder execution = Execution.of(kernel);
    NativeBuffer to = workspace.inputOf(reader);
    if (reader.quantization() instanceof PackedDense.ByColumn columns) {
      return execution
          .with(dnnl.DNNL_ARG_SRC_0, source)
          .with(dnnl.DNNL_ARG_SRC_1, columns.inputFactor())
          .with(dnnl.DNNL_ARG_DST, memory(reader.source(), reader.inputs(), to))
          .build(scope);
    }
    return execution
        .with(dnnl.DNNL_ARG_FROM, source)
        .with(dnnl.DNNL_ARG_TO, scope.memory(converted(reader), to.base()))
        .build(scope);
  }

  private Primitive conversion(dnnl_memory_desc from, DnnlType type, PackedDense reader) {
    return reader.quantization() instanceof PackedDense.ByColumn
        ? Kernels.quantize(scope, scratch, type, rows, reader.inputs(), false, TokenRange.MIDDLE)
        : Kernels.reorder(scope, scratch, from, converted(reader));
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
  private Step norm(String name, PackedNorm norm, NativeBuffer from, NativeBuffer to, int columns) {
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
    return scope.memory(scope.dense(type, rows, columns), buffer.base());
  }

  /** A block of a product's rows. */
  private final class Rows {
    private final MatmulShape product;
    private final int first;
    private final int count;

    Rows(MatmulShape product, int first, int count) {
      this.product = product;
      this.first = first;
      this.count = count;
    }

    dnnl_memory in(NativeBuffer buffer, DnnlType type, long columns, long pitch) {
      Window window = new Window(buffer, type, columns, pitch, first, count, product.rowFactors());
      return windows.computeIfAbsent(
          window,
          key ->
              scope.memory(
                  product.tensor(scope, type, count, columns, pitch),
                  buffer.cursor().position(first * pitch * type.bytes())));
    }
  }
}
