package io.ganglion.bench.report;

import io.ganglion.bench.report.RowResult.Measured;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the bench is for: our rows over the others. A ratio is the median of the rounds' ratios,
 * since a round's rows run side by side and noise hits both.
 */
public final class Ratios {
  private final List<RowResult> rows;

  public Ratios(List<RowResult> rows) {
    this.rows = List.copyOf(rows);
  }

  /** By name; null where a row is missing. */
  public Map<String, @Nullable Double> all() {
    Map<String, @Nullable Double> ratios = new LinkedHashMap<>();
    ratios.put("bf16_vs_tensorflow", ratio(RowNames.OUR_BF16, RowNames.TENSORFLOW));
    ratios.put("bf16_vs_pytorch_bf16", ratio(RowNames.OUR_BF16, RowNames.PYTORCH_BF16));
    ratios.put("int8_vs_tensorflow", ratio(RowNames.OUR_INT8, RowNames.TENSORFLOW));
    ratios.put("int8_vs_onnxruntime_int8", ratio(RowNames.OUR_INT8, RowNames.ORT_INT8_LONGEST));
    ratios.put("bf16_of_roofline", ratio(RowNames.OUR_BF16, RowNames.ROOFLINE_BF16));
    ratios.put("int8_of_roofline", ratio(RowNames.OUR_INT8, RowNames.ROOFLINE_INT8));
    ratios.put("grpc_of_in_process", grpcOfInProcess());
    return ratios;
  }

  /** The worse ratio of the two precisions. */
  private @Nullable Double grpcOfInProcess() {
    Double bf16 = ratio(RowNames.GRPC_BF16, RowNames.OUR_BF16);
    Double int8 = ratio(RowNames.GRPC_INT8, RowNames.OUR_INT8);
    if (bf16 == null || int8 == null) {
      return bf16 == null ? int8 : bf16;
    }
    return Math.min(bf16, int8);
  }

  @Nullable Double ratio(String over, String under) {
    Optional<Measured> upper = measured(over);
    Optional<Measured> lower = measured(under);
    if (upper.isEmpty() || lower.isEmpty()) {
      return null;
    }
    List<Double> above = upper.get().rates();
    List<Double> below = lower.get().rates();
    double[] each = new double[Math.min(above.size(), below.size())];
    for (int round = 0; round < each.length; round++) {
      each[round] = above.get(round) / below.get(round);
    }
    return Spread.of(each).median();
  }

  private Optional<Measured> measured(String name) {
    return rows.stream()
        .filter(row -> row.name().equals(name))
        .flatMap(
            row -> row instanceof Measured measured ? java.util.stream.Stream.of(measured) : null)
        .findFirst();
  }
}
