package io.ganglion.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.bench.measure.Answers;
import io.ganglion.bench.report.RowResult.Measured;
import io.ganglion.bench.report.RowResult.NotRun;
import io.ganglion.bench.report.RowResult.Round;
import io.ganglion.runtime.model.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir private Path directory;

  private final Report report =
      new Report(
          Map.of("cpu", "some", "date", "today"),
          Map.of("pairs", 204),
          yardstick(),
          List.of(
              row(RowNames.TENSORFLOW, 4, 5, 5),
              row(RowNames.PYTORCH_BF16, 10, 10, 20),
              row(RowNames.OUR_BF16, 20, 25, 40),
              row(RowNames.GRPC_BF16, 18, 24, 40),
              row(RowNames.ROOFLINE_BF16, 40, 50, 50),
              new NotRun(RowNames.OUR_INT8, "no such precision")));

  private static Measured row(String name, double... rates) {
    Answers answers = new Answers(1);
    answers.put(0, new float[] {0.9f, 0.1f});
    return new Measured(
        name,
        "as set",
        Arrays.stream(rates).mapToObj(rate -> new Round(rate, 1.5)).toList(),
        answers);
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
    assertThat(json.get("ratios").get("bf16_vs_pytorch_bf16").asDouble()).isEqualTo(2);
    assertThat(json.get("rows")).hasSize(5);
    assertThat(json.get("rows").get(2).get("inferences_per_second").get("median").asDouble())
        .isEqualTo(25);
    assertThat(json.get("not_run").get(0).get("reason").asText()).isEqualTo("no such precision");
  }

  @Test
  void theTableSaysWhatDidNotRun() {
    assertThat(report.text()).contains("not run: no such precision");
  }

  @Test
  void aRowSaysWhatItsCoresDidOfWhatTheyCould() throws IOException {
    Path file = directory.resolve("out.json");
    report.write(file);
    JsonNode ours = new ObjectMapper().readTree(file.toFile()).get("rows").get(2);

    assertThat(ours.get("tokens_per_second_per_core").asDouble()).isEqualTo(25 * 50 / 2.0);
    assertThat(ours.get("cores_used").asDouble()).isEqualTo(1.5);
    assertThat(ours.get("of_peak").asDouble()).isCloseTo(25e9 / 2e11, within(1e-9));
    assertThat(ours.get("of_roofline").asDouble()).isEqualTo(0.5);
    assertThat(report.text())
        .contains("     25.0      20.0      40.0       625   1.50   12.5   50.0  as set");
  }

  @Test
  void whatNobodyMeasuredIsADash() {
    assertThat(report.text())
        .contains("      5.0       4.0       5.0       125   1.50      -      -  as set");
  }

  @Test
  void theHeaderAndTheAgreementWithTheSourceAreTold() {
    assertThat(report.text())
        .contains("cpu            some")
        .contains("pairs          204")
        .containsPattern(RowNames.GRPC_BF16 + " +1 +100.0%");
  }

  @Test
  void withoutTheSourceNothingIsSaidOfAgreement() {
    Report alone = new Report(Map.of(), Map.of(), yardstick(), List.of(row(RowNames.OUR_BF16, 20)));

    assertThat(alone.text()).contains("agreement unknown: it needs the row tensorflow");
  }

  @Test
  void aRowOfNoRoundIsNoMeasurement() {
    assertThatThrownBy(() -> row(RowNames.OUR_BF16)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Yardstick yardstick() {
    return new Yardstick(50, 1e9, 2, Map.of(Precision.BF16, 1e11));
  }
}
