package io.ganglion.core.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * Lays out the executions of encoder layers for one number of rows; layers of the same shape share
 * their kernels. Owner thread only.
 */
final class LayerPlanner {
  private final NativeScope scope;
  private final Scratch scratch;
  private final PackedModel model;
  private final Workspace workspace;
  private final int rows;
  private final DnnlType stream;
  private final Map<Object, Primitive> kernels = new HashMap<>();
  private final List<KernelInfo> report = new ArrayList<>();

  LayerPlanner(
      NativeScope scope, Scratch scratch, PackedModel model, Workspace workspace, int rows) {
    this.scope = scope;
    this.scratch = scratch;
    this.model = model;
    this.workspace = workspace;
    this.rows = rows;
    stream = model.stream();
  }

  /** What was planned, with the kernels that oneDNN chose. */
  List<KernelInfo> report() {
    return report;
  }

  /** The layer norm that turns embedding sums into the residual stream. */
  Step embeddingsNorm() {
    return norm(
        "embeddings.layer_norm", model.embeddingsNorm(), workspace.embedded(), DnnlType.F32);
  }

  /** From the residual stream to query, key and value. */
  Step[] beforeAttention(PackedLayer layer) {
    List<Step> steps = new ArrayList<>();
    dense(steps, layer.qkv(), workspace.hidden(), stream, workspace.qkv(), stream, PostOp.NONE);
    return steps.toArray(Step[]::new);
  }

  /** From what attention gathered to the layer's result, both residual connections included. */
  Step[] afterAttention(PackedLayer layer, int index) {
    List<Step> steps = new ArrayList<>();
    NativeBuffer hidden = workspace.hidden();
    dense(
        steps,
        layer.attentionOutput(),
        workspace.context(),
        stream,
        hidden,
        stream,
        PostOp.ADD_DESTINATION);
    steps.add(
        norm("encoder." + index + ".attention.layer_norm", layer.attentionNorm(), hidden, stream));
    NativeBuffer between = workspace.intermediate();
    DnnlType betweenType = intermediateType(layer);
    PostOp gelu = PostOp.of(model.manifest().gelu());
    dense(steps, layer.intermediate(), hidden, stream, between, betweenType, gelu, layer.output());
    dense(steps, layer.output(), between, betweenType, hidden, stream, PostOp.ADD_DESTINATION);
    steps.add(norm("encoder." + index + ".output.layer_norm", layer.outputNorm(), hidden, stream));
    return steps.toArray(Step[]::new);
  }

  /** u8 where both neighbours are int8, so that the activation is quantized as it is stored. */
  private DnnlType intermediateType(PackedLayer layer) {
    boolean direct =
        layer.intermediate().source() == DnnlType.U8 && layer.output().source() == DnnlType.U8;
    return direct ? DnnlType.U8 : stream;
  }

  private void dense(
      List<Step> steps,
      PackedDense dense,
      NativeBuffer from,
      DnnlType fromType,
      NativeBuffer to,
      DnnlType toType,
      PostOp post) {
    dense(steps, dense, from, fromType, to, toType, post, null);
  }

  private void dense(
      List<Step> steps,
      PackedDense dense,
      NativeBuffer from,
      DnnlType fromType,
      NativeBuffer to,
      DnnlType toType,
      PostOp post,
      @Nullable PackedDense reader) {
    MatrixInput input =
        fromType == DnnlType.U8
            ? null
            : new MatrixInput(dense.name(), from, fromType, dense.inputs());
    NativeBuffer source = from;
    if (dense.source() != fromType) {
      source = workspace.converted();
      steps.add(new Step(Step.Kind.CONVERSION, convert(dense, from, fromType), input));
      input = null;
    }
    PackedDense.Quantization next =
        toType == DnnlType.U8
            ? Objects.requireNonNull(Objects.requireNonNull(reader).quantization())
            : null;
    boolean columnFactors = next != null && next.inputScale() == null;
    MatmulShape shape =
        new MatmulShape(
            rows, dense.inputs(), dense.outputs(), dense.source(), toType, post, columnFactors);
    Primitive kernel =
        kernels.computeIfAbsent(shape, s -> shape.compile(scope, scratch, dense.layout()));
    Execution.Builder execution =
        dense
            .bind(kernel)
            .with(dnnl.DNNL_ARG_SRC, memory(dense.source(), dense.inputs(), source))
            .with(dnnl.DNNL_ARG_DST, memory(toType, dense.outputs(), to));
    if (next != null) {
      shape.bindQuantization(execution, next);
    }
    steps.add(new Step(Step.Kind.PRODUCT, execution.build(scope), input));
    report.add(new KernelInfo(dense.name(), dense.precision().toString(), kernel.implementation()));
  }

  private Execution convert(PackedDense reader, NativeBuffer from, DnnlType fromType) {
    DnnlType toType = reader.source();
    int columns = reader.inputs();
    dnnl_memory source = memory(fromType, columns, from);
    dnnl_memory target = memory(toType, columns, workspace.converted());
    PackedDense.Quantization quantization = reader.quantization();
    boolean ownZeros = quantization != null && quantization.inputZero() != null;
    Primitive kernel =
        kernels.computeIfAbsent(
            List.of("convert", toType, columns, ownZeros),
            key -> conversion(fromType, toType, columns, ownZeros));
    report.add(
        new KernelInfo(
            reader.name() + ".input", reader.precision().toString(), kernel.implementation()));
    Execution.Builder execution = Execution.of(kernel);
    if (quantization != null) {
      if (quantization.inputZero() != null) {
        execution.with(Kernels.postOpArgument(0), quantization.inputZero());
      }
      return execution
          .with(dnnl.DNNL_ARG_SRC_0, source)
          .with(dnnl.DNNL_ARG_SRC_1, quantization.inputFactor())
          .with(dnnl.DNNL_ARG_DST, target)
          .build(scope);
    }
    return execution.with(dnnl.DNNL_ARG_FROM, source).with(dnnl.DNNL_ARG_TO, target).build(scope);
  }

  private Primitive conversion(DnnlType from, DnnlType to, int columns, boolean ownZeros) {
    return to == DnnlType.U8
        ? Kernels.quantize(scope, scratch, from, rows, columns, ownZeros)
        : Kernels.reorder(
            scope, scratch, scope.dense(from, rows, columns), scope.dense(to, rows, columns));
  }

  /** Normalizes {@code from} into the residual stream. */
  private Step norm(String name, PackedNorm norm, NativeBuffer from, DnnlType fromType) {
    int hidden = model.hidden();
    float epsilon = model.manifest().layerNormEpsilon();
    Primitive kernel =
        kernels.computeIfAbsent(
            List.of("norm", fromType),
            key -> Kernels.layerNorm(scope, scratch, rows, hidden, fromType, stream, epsilon));
    Execution execution =
        Execution.of(kernel)
            .with(dnnl.DNNL_ARG_SRC, memory(fromType, hidden, from))
            .with(dnnl.DNNL_ARG_DST, memory(stream, hidden, workspace.hidden()))
            .with(dnnl.DNNL_ARG_SCALE, norm.gamma())
            .with(dnnl.DNNL_ARG_SHIFT, norm.beta())
            .build(scope);
    report.add(new KernelInfo(name, "fp32", kernel.implementation()));
    return new Step(Step.Kind.NORM, execution, null);
  }

  private dnnl_memory memory(DnnlType type, int columns, NativeBuffer buffer) {
    return scope.memory(scope.dense(type, rows, columns), buffer.base());
  }
}
