package io.ganglion.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.bench.report.RowNames;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchRunTest {
  private static final Set<String> NAMES =
      new LinkedHashSet<>(
          List.of(
              RowNames.OUR_BF16, RowNames.GRPC_BF16, RowNames.OUR_INT8, RowNames.ROOFLINE_INT8));

  @Test
  void aRowsNameMeansThatRowAlone() {
    assertThat(BenchRun.chosen(NAMES, List.of(RowNames.OUR_BF16)))
        .containsExactly(RowNames.OUR_BF16);
  }

  @Test
  void aPartOfNamesMeansAllThatContainItInTheOrderOfTheTable() {
    assertThat(BenchRun.chosen(NAMES, List.of("int8", "grpc")))
        .containsExactly(RowNames.GRPC_BF16, RowNames.OUR_INT8, RowNames.ROOFLINE_INT8);
  }

  @Test
  void aWordThatNoRowHasMeansNone() {
    assertThat(BenchRun.chosen(NAMES, List.of("fp8"))).isEmpty();
  }
}
