package io.ganglion.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.bench.measure.Answers;
import io.ganglion.bench.report.RowResult.Measured;
import io.ganglion.bench.report.RowResult.NotRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir private Path directory;

  private final Report report =
      new Report(
          Map.of(),
          Map.of(),
          List.of(
              row(RowNames.TENSORFLOW, 4, 5, 5),
              row(RowNames.OUR_BF16, 20, 25, 40),
              row(RowNames.GRPC_BF16, 18, 24, 40),
              new NotRun(RowNames.OUR_INT8, "no such precision")));

  private static Measured row(String name, double... rates) {
    List<Double> list = java.util.Arrays.stream(rates).boxed().toList();
    return new Measured(name, "", list, new Answers(1));
  }

  @Test
  void aRatioIsTheMedianOfTheRoundsRatiosAndNothingWithoutItsRows() throws IOException {
    Path file = directory.resolve("out.json");
    report.write(file);
    JsonNode json = new ObjectMapper().readTree(file.toFile());

    assertThat(json.get("ratios").get("bf16_vs_tensorflow").asDouble()).isEqualTo(5);
    assertThat(json.get("ratios").get("grpc_of_in_process").asDouble())
        .isCloseTo(0.96, within(1e-9));
    assertThat(json.get("ratios").get("int8_vs_tensorflow").isNull()).isTrue();
    assertThat(json.get("rows")).hasSize(3);
    assertThat(json.get("rows").get(1).get("inferences_per_second").get("median").asDouble())
        .isEqualTo(25);
    assertThat(json.get("not_run").get(0).get("reason").asText()).isEqualTo("no such precision");
  }

  @Test
  void theTableSaysWhatDidNotRun() {
    assertThat(report.text()).contains("not run: no such precision");
  }
}
