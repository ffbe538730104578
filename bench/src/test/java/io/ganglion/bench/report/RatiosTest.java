package io.ganglion.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.bench.measure.Answers;
import io.ganglion.bench.report.RowResult.Measured;
import io.ganglion.bench.report.RowResult.NotRun;
import io.ganglion.bench.report.RowResult.Round;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatiosTest {
  @Test
  void aSlowMinuteThatHitsBothRowsChangesNothing() {
    Ratios ratios =
        new Ratios(List.of(row(RowNames.OUR_BF16, 20, 2, 20), row(RowNames.TENSORFLOW, 4, 0.4, 4)));

    assertThat(ratios.ratio(RowNames.OUR_BF16, RowNames.TENSORFLOW)).isCloseTo(5, within(1e-9));
  }

  @Test
  void aRatioIsNotThatOfTheMedians() {
    Ratios ratios =
        new Ratios(List.of(row(RowNames.OUR_BF16, 10, 40, 20), row(RowNames.TENSORFLOW, 1, 8, 5)));

    // 10, 5 and 4; the medians are 20 and 5.
    assertThat(ratios.ratio(RowNames.OUR_BF16, RowNames.TENSORFLOW)).isEqualTo(5);
    assertThat(ratios.ratio(RowNames.TENSORFLOW, RowNames.OUR_BF16)).isEqualTo(0.2);
  }

  @Test
  void onlyRoundsOfBothCount() {
    Ratios ratios =
        new Ratios(List.of(row(RowNames.OUR_INT8, 10, 100), row(RowNames.TENSORFLOW, 5)));

    assertThat(ratios.all()).containsEntry("int8_vs_tensorflow", 2.0);
  }

  @Test
  void aRowThatDidNotRunHasNoRatio() {
    Ratios ratios =
        new Ratios(
            List.of(row(RowNames.OUR_INT8, 10), new NotRun(RowNames.TENSORFLOW, "not there")));

    assertThat(ratios.all()).containsEntry("int8_vs_tensorflow", null);
    assertThat(ratios.all()).containsEntry("bf16_vs_pytorch_bf16", null);
  }

  @Test
  void ofTheServedRowsTheWorseIsTold() {
    Measured bf16 = row(RowNames.OUR_BF16, 10);
    Measured int8 = row(RowNames.OUR_INT8, 20);
    Measured bf16Served = row(RowNames.GRPC_BF16, 9);
    Measured int8Served = row(RowNames.GRPC_INT8, 19);

    assertThat(new Ratios(List.of(bf16, int8, bf16Served, int8Served)).all())
        .containsEntry("grpc_of_in_process", 0.9);
    assertThat(new Ratios(List.of(bf16, int8, int8Served)).all())
        .containsEntry("grpc_of_in_process", 0.95);
    assertThat(new Ratios(List.of(bf16, bf16Served)).all())
        .containsEntry("grpc_of_in_process", 0.9);
  }

  private static Measured row(String name, double... rates) {
    List<Round> rounds = Arrays.stream(rates).mapToObj(rate -> new Round(rate, 1)).toList();
    return new Measured(name, "", rounds, new Answers(1));
  }
}
