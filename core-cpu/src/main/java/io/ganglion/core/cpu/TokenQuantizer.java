package io.ganglion.core.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Plans how rows become u8, each by its own range: oneDNN finds partial maxima of each row, {@link
 * TokenScales} the largest of them, and oneDNN multiplies the row. What becomes of a row depends on
 * nothing else, and a maximum is exact, so no bit depends on the number of rows. Owner thread only.
 */
final class TokenQuantizer {
  /** Most partial maxima of a row: two vectors of the kernel, which takes whole ones at a time. */
  static final int MOST_PARTS = 32;

  private static final int VECTOR = 16;

  private final NativeScope scope;
  private final Scratch scratch;
  private final Workspace workspace;
  private final int rows;
  private final Map<Object, Primitive> kernels;

  /**
   * @param kernels kernels for this number of rows, by what they do; new ones are added
   */
  TokenQuantizer(
      NativeScope scope,
      Scratch scratch,
      Workspace workspace,
      int rows,
      Map<Object, Primitive> kernels) {
    this.scope = scope;
    this.scratch = scratch;
    this.workspace = workspace;
    this.rows = rows;
    this.kernels = kernels;
  }

  private record Kernel(String what, DnnlType type, int columns, int zero) {}

  /** The steps that quantize rows of {@code columns} into {@code to}. */
  List<Step> steps(
      TokenRange range, NativeBuffer from, DnnlType type, int columns, NativeBuffer to) {
    List<Operation> operations = new ArrayList<>();
    dnnl_memory_desc values = scope.dense(type, rows, columns);
    NativeBuffer compared = from;
    if (range.signed()) {
      compared = workspace.magnitudes();
      operations.add(
          Execution.of(kernel("magnitudes", type, columns, range))
              .with(dnnl.DNNL_ARG_SRC, scope.memory(values, from.base()))
              .with(dnnl.DNNL_ARG_DST, scope.memory(values, compared.base()))
              .build(scope));
    }
    int parts = parts(columns);
    operations.add(
        Execution.of(kernel("peaks", type, columns, range))
            .with(
                dnnl.DNNL_ARG_SRC,
                scope.memory(Kernels.inParts(scope, type, rows, columns, parts), compared.base()))
            .with(
                dnnl.DNNL_ARG_DST,
                scope.memory(
                    Kernels.inParts(scope, type, rows, parts, parts), workspace.peaks().base()))
            .build(scope));
    operations.add(new TokenScales(range, workspace, type, rows, parts));
    operations.add(
        Execution.of(kernel("quantize", type, columns, range))
            .with(dnnl.DNNL_ARG_SRC_0, scope.memory(values, from.base()))
            .with(
                dnnl.DNNL_ARG_SRC_1,
                scope.memory(scope.dense(DnnlType.F32, rows, 1), workspace.tokenFactors().base()))
            .with(
                dnnl.DNNL_ARG_DST, scope.memory(scope.dense(DnnlType.U8, rows, columns), to.base()))
            .build(scope));
    return operations.stream()
        .map(operation -> new Step(Step.Kind.CONVERSION, operation, null))
        .toList();
  }

  /** oneDNN's name of the slowest kernel in {@link #steps}. */
  String implementation(TokenRange range, DnnlType type, int columns) {
    return kernel("peaks", type, columns, range).implementation();
  }

  private Primitive kernel(String what, DnnlType type, int columns, TokenRange range) {
    return kernels.computeIfAbsent(
        new Kernel(what, type, columns, range.zero()),
        key ->
            switch (what) {
              case "magnitudes" -> Kernels.magnitudes(scope, scratch, type, rows, columns);
              case "peaks" -> Kernels.peaks(scope, scratch, type, rows, columns, parts(columns));
              default -> Kernels.quantize(scope, scratch, type, rows, columns, true, range.zero());
            });
  }

  /** The number of partial maxima of a row: whole vectors if the width is made of them. */
  private static int parts(int columns) {
    for (int parts = MOST_PARTS; parts >= VECTOR; parts -= VECTOR) {
      if (columns % parts == 0) {
        return parts;
      }
    }
    int parts = MOST_PARTS;
    while (columns % parts != 0) {
      parts--;
    }
    return parts;
  }
}
