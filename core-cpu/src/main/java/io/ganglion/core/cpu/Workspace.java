package io.ganglion.core.cpu;

import io.ganglion.runtime.model.ModelDimensions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The activations of one core, row-major [rows, width]. Allocated once for the most rows that it
 * runs together. Owner thread only.
 */
final class Workspace {
  private final int maxRows;
  private final NativeBuffer embedded;
  private final NativeBuffer hidden;
  private final @Nullable NativeBuffer projected;
  private final NativeBuffer qkv;
  private final NativeBuffer context;
  private final NativeBuffer intermediate;
  private final NativeBuffer converted;
  private final Map<Integer, NativeBuffer> padded = new HashMap<>();

  Workspace(NativeScope scope, PackedModel model, int maxRows) {
    ModelDimensions d = model.manifest().dimensions();
    this.maxRows = maxRows;
    long row = (long) maxRows * d.hiddenSize();
    int stream = model.stream().bytes();
    embedded = scope.buffer((long) maxRows * d.embeddingSize() * Float.BYTES);
    hidden = scope.buffer(row * stream);
    projected =
        d.projectsEmbeddings() && model.stream() != DnnlType.F32
            ? scope.buffer(row * Float.BYTES)
            : null;
    qkv = scope.buffer(3 * row * stream);
    context = scope.buffer(row * stream);
    intermediate = scope.buffer((long) maxRows * d.intermediateSize() * stream);
    converted =
        scope.buffer((long) maxRows * Math.max(d.hiddenSize(), d.intermediateSize()) * Float.BYTES);
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

  /** The projected embeddings, fp32 [rows, hidden]: the residual stream if that is fp32. */
  NativeBuffer projected() {
    return projected == null ? hidden : projected;
  }

  /** The residual stream, [rows, hidden]. */
  NativeBuffer hidden() {
    return hidden;
  }

  /** Query, key and value, [rows, 3 x hidden]. */
  NativeBuffer qkv() {
    return qkv;
  }

  /** Attention's result, [rows, hidden]. */
  NativeBuffer context() {
    return context;
  }

  /** The values between a layer's two dense layers, [rows, intermediate]. */
  NativeBuffer intermediate() {
    return intermediate;
  }

  /** A matrix's input for its kernel, if that needs another type or width. */
  NativeBuffer inputOf(PackedDense reader) {
    return reader.columns() == reader.inputs()
        ? converted
        : Objects.requireNonNull(padded.get(reader.inputs()));
  }
}
