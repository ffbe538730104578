package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTextTest {
  @Test
  void namesStandInAColumnAndMapsAreIndented() {
    Map<String, Object> inner = new LinkedHashMap<>();
    inner.put("input_ids", "int32 [-1, 32]");
    inner.put("x", 1);
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("kind", "SavedModel");
    report.put("inputs", inner);
    report.put("labels", List.of("no", "yes"));
    assertThat(ReportText.of(report))
        .isEqualTo(
            """
            kind    SavedModel
            inputs
              input_ids  int32 [-1, 32]
              x          1
            labels  no, yes
            """);
  }
}
