package io.ganglion.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompileReportTest {
  @Test
  void partsThatFollowEachOtherAreNamedAsARange() {
    assertThat(
            CompileReport.ranges(
                List.of("encoder.0", "encoder.1", "encoder.2", "pooler", "head.0", "head.2")))
        .isEqualTo("encoder.0-2, pooler, head.0, head.2");
    assertThat(CompileReport.ranges(List.of())).isEmpty();
  }

  @Test
  void lessThanThreeTenthsOfTheWorkOnTheCoreIsLittle() {
    assertThat(CompileReport.isLittle(0.29)).isTrue();
    assertThat(CompileReport.isLittle(0.31)).isFalse();
  }
}
