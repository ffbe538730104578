package io.ganglion.core.cpu;

import io.ganglion.runtime.model.ModelDimensions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The activations of one core, row-major [rows, width]. Allocated once for the most rows that it
 * runs together. Owner thread only.
 */
final class Workspace {
  /** Rows after {@link #qkv} and before {@link #context} for rows that only fill up attention. */
  static final int MARGIN = RowBuckets.LARGEST_STEP;

  private final int maxRows;
  private final NativeBuffer embedded;
  private final NativeBuffer hidden;
  private final NativeBuffer qkv;
  private final NativeBuffer contextAfterMargin;
  private final NativeBuffer context;
  private final NativeBuffer intermediate;
  private final NativeBuffer converted;
  private final NativeBuffer peaks;
  private final NativeBuffer tokenScales;
  private final NativeBuffer tokenFactors;
  private final Map<Integer, NativeBuffer> padded = new HashMap<>();

  Workspace(NativeScope scope, PackedModel model, int maxRows) {
    ModelDimensions d = model.manifest().dimensions();
    this.maxRows = maxRows;
    long row = (long) maxRows * d.hiddenSize();
    long margin = (long) MARGIN * d.hiddenSize();
    int value = model.valueType().bytes();
    embedded = scope.buffer((long) maxRows * d.embeddingSize() * Float.BYTES);
    hidden = scope.buffer(row * Float.BYTES);
    qkv = scope.buffer(3 * (row + margin) * value);
    contextAfterMargin = scope.buffer((margin + row) * value);
    context =
        NativeBuffer.borrow(contextAfterMargin.base().address() + margin * value, row * value);
    DnnlType type = model.valueType();
    intermediate = scope.buffer(maxRows * MatmulShape.pitch(type, d.intermediateSize()) * value);
    converted =
        scope.buffer((long) maxRows * Math.max(d.hiddenSize(), d.intermediateSize()) * Float.BYTES);
    peaks = scope.buffer((long) maxRows * TokenQuantizer.MOST_PARTS * value);
    tokenScales = scope.buffer((long) maxRows * Float.BYTES);
    tokenFactors = scope.buffer((long) maxRows * Float.BYTES);
    model
        .matrices()
        .filter(dense -> dense.columns() != dense.inputs())
        .forEach(dense -> pad(scope, dense));
  }

  /**
   * Each width has its own memory, because the last columns must stay zero: nobody writes to them.
   */
  private void pad(NativeScope scope, PackedDense dense) {
    padded.computeIfAbsent(
        dense.inputs(),
        inputs -> scope.buffer((long) maxRows * dense.columns() * dense.source().bytes()));
  }

  int maxRows() {
    return maxRows;
  }

  /** The sums of the embedding rows, fp32 [rows, embedding size]. */
  NativeBuffer embedded() {
    return embedded;
  }

  /** The residual stream, fp32 [rows, hidden]. */
  NativeBuffer hidden() {
    return hidden;
  }

  /** Query, key and value, [rows, 3 x hidden], and the margin's rows. */
  NativeBuffer qkv() {
    return qkv;
  }

  /** {@link #context}, and the margin's rows before it. */
  NativeBuffer contextAfterMargin() {
    return contextAfterMargin;
  }

  /** Attention's result, [rows, hidden]. */
  NativeBuffer context() {
    return context;
  }

  /**
   * The values between a layer's two dense layers, [rows, intermediate]. If there is a gap after
   * each row, it stays zero: nobody writes to it.
   */
  NativeBuffer intermediate() {
    return intermediate;
  }

  /**
   * Magnitudes of attention's result. They lie where query, key and value were, which nobody reads
   * any more.
   */
  NativeBuffer magnitudes() {
    return qkv;
  }

  /** Partial maxima of a matrix's input, [rows, parts]. */
  NativeBuffer peaks() {
    return peaks;
  }

  /** The size of a step of each row of a matrix's input, fp32 [rows]. */
  NativeBuffer tokenScales() {
    return tokenScales;
  }

  /** The reciprocals of {@link #tokenScales}. */
  NativeBuffer tokenFactors() {
    return tokenFactors;
  }

  /** A matrix's input for its kernel, if that needs another type or width. */
  NativeBuffer inputOf(PackedDense reader) {
    return reader.columns() == reader.inputs()
        ? converted
        : Objects.requireNonNull(padded.get(reader.inputs()));
  }
}
