package io.ganglion.compiler.backend.cpu;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.core.cpu.InputStatistics;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Precision;
import io.ganglion.runtime.model.WeightSchema.Dense;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The scales of all encoder matrices, and which of them lose most accuracy in int8. Immutable. */
public final class QuantizationPlan {
  private final Map<String, MatrixScales> scales;
  private final List<String> worstFirst;

  private QuantizationPlan(Map<String, MatrixScales> scales) {
    this.scales = scales;
    worstFirst =
        scales.entrySet().stream()
            .sorted(
                Comparator.comparingDouble(
                    (Map.Entry<String, MatrixScales> entry) -> -entry.getValue().error()))
            .map(Map.Entry::getKey)
            .toList();
  }

  /** Chooses scales for every matrix of a model from the inputs that it read. */
  public static QuantizationPlan of(
      ModelDimensions dimensions,
      Map<String, InputStatistics> statistics,
      WeightReader weights,
      Progress progress)
      throws CompileException {
    Map<String, MatrixScales> scales = new LinkedHashMap<>();
    int total = dimensions.layers() * Dense.values().length;
    for (int layer = 0; layer < dimensions.layers(); layer++) {
      for (Dense dense : Dense.values()) {
        String name = dense.name(layer);
        InputStatistics seen = statistics.get(name);
        if (seen == null) {
          throw new CompileException("Calibration has not reached " + name + ".");
        }
        float[] weight = weights.read(name + ".weight");
        scales.put(
            name,
            dense.quantizesTokens()
                ? MatrixQuantizer.byToken(name, seen, weight)
                : MatrixQuantizer.byColumn(
                    name, seen, weight, weights.read(dense.adding().name(layer) + ".bias")));
        progress.at(scales.size(), total);
      }
    }
    return new QuantizationPlan(scales);
  }

  /** All matrices, in falling order of expected error. */
  public List<String> worstFirst() {
    return worstFirst;
  }

  /** The expected error of a matrix's outputs relative to their size. */
  public double error(String matrix) {
    return scales(matrix).error();
  }

  /** The manifest's entries for the {@code count} worst matrices, which stay in bf16. */
  public Map<String, Precision> keeping(int count) {
    Map<String, Precision> kept = new LinkedHashMap<>();
    for (String matrix : worstFirst.subList(0, count)) {
      kept.put(matrix, Precision.BF16);
    }
    return kept;
  }

  boolean has(String matrix) {
    return scales.containsKey(matrix);
  }

  MatrixScales scales(String matrix) {
    return Objects.requireNonNull(scales.get(matrix), matrix);
  }
}
