package io.ganglion.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.bench.measure.Answers;
import io.ganglion.bench.report.RowResult.Measured;
import io.ganglion.bench.report.RowResult.NotRun;
import io.ganglion.bench.report.RowResult.Round;
import io.ganglion.runtime.model.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingTableTest {
  private static final Precision BF16 = Precision.BF16;

  @TempDir private Path directory;

  @Test
  void coresDoubleUpToAllOfThem() {
    assertThat(ScalingRow.counts(1)).containsExactly(1);
    assertThat(ScalingRow.counts(8)).containsExactly(1, 2, 4, 8);
    assertThat(ScalingRow.counts(12)).containsExactly(1, 2, 4, 8, 12);
  }

  @Test
  void aCoreIsWorthItsShareOfWhatOneAloneGives() {
    String text = table(70, 68).text();

    assertThat(text).contains("     1        100.0      100%         40.0      100%");
    assertThat(text).contains("     2        150.0       75%         70.0       88%");
  }

  @Test
  void defaultFlagsAreHeldAgainstTheBestServedSetting() {
    assertThat(table(70, 68).defaultOfBest()).isCloseTo(68 / 70.0, within(1e-9));
    assertThat(table(70, 68).verdict())
        .isEqualTo(
            "check: default flags reach 97.1% of the best, \"bf16 served, 2\": ok, at least 90%");
  }

  @Test
  void aCollapseOfTheDefaultIsNamed() {
    assertThat(table(70, 31).verdict()).contains("44.3%").contains("FAILED, less than 90%");
    // More cores may be worse than few.
    assertThat(table(20, 30).verdict()).contains("\"bf16 served, 1\"").contains("75.0%");
  }

  @Test
  void whatDidNotRunIsSaidAndNothingIsComparedWithIt() {
    ScalingTable table =
        new ScalingTable(
            BF16,
            1,
            List.of(
                row(ScalingRow.served(BF16, 1), 40),
                new NotRun(ScalingRow.servedByDefault(BF16), "the server did not start")));

    assertThat(table.defaultOfBest()).isNull();
    assertThat(table.text())
        .contains("unknown")
        .contains("default flags: not run: the server did not start");
  }

  @Test
  void theReportHoldsItsTablesInBothForms() throws Exception {
    Path file = directory.resolve("out.json");
    ScalingReport report =
        new ScalingReport(Map.of("cpu", "some"), Map.of("pairs", 3), List.of(table(70, 68)));
    report.write(file);
    JsonNode json = new ObjectMapper().readTree(file.toFile());

    assertThat(report.text()).contains("cpu ").contains("check: default flags");
    assertThat(json.get("bf16").get("default_of_best").asDouble())
        .isCloseTo(68 / 70.0, within(1e-9));
    assertThat(json.get("bf16").get("bf16 served, 2").get("setting").asText()).isEqualTo("as set");
    assertThat(json.get("machine").get("cpu").asText()).isEqualTo("some");
  }

  private static ScalingTable table(double servedByTwo, double byDefault) {
    return new ScalingTable(
        BF16,
        2,
        List.of(
            row(ScalingRow.inProcess(BF16, 1), 100),
            row(ScalingRow.inProcess(BF16, 2), 150),
            row(ScalingRow.served(BF16, 1), 40),
            row(ScalingRow.served(BF16, 2), servedByTwo),
            row(ScalingRow.servedByDefault(BF16), byDefault)));
  }

  private static Measured row(String name, double rate) {
    return new Measured(name, "as set", List.of(new Round(rate, 1)), new Answers(1));
  }
}
