package io.ganglion.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InspectSummaryTest {
  private static Map<String, Object> weights(int count) {
    Map<String, Object> weights = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      weights.put("weight_" + i, "[2, 3]");
    }
    return weights;
  }

  @Test
  void theVerdictSaysWhetherASourceCanBeCompiledOrWhyNot() {
    assertThat(
            InspectSummary.verdict(
                Map.of("kind", "SavedModel", "path", "mini", "compilable", true)))
        .isEqualTo("Can be compiled: SavedModel mini");
    assertThat(
            InspectSummary.verdict(
                Map.of("kind", "SavedModel", "compilable", false, "why_not", "It is GPT.")))
        .isEqualTo("Cannot be compiled: It is GPT.");
  }

  @Test
  void theVerdictSaysWhetherAnArtifactRunsHere() {
    assertThat(
            InspectSummary.verdict(Map.of("kind", "artifact", "path", "a", "cpu_core", Map.of())))
        .isEqualTo("Can be served on this machine's CPU: artifact a");
    assertThat(
            InspectSummary.verdict(
                Map.of("kind", "artifact", "cpu_core", Map.of("cannot_run_here", "No bf16."))))
        .isEqualTo("Cannot be served on this machine's CPU: No bf16.");
  }

  @Test
  void longPartsAreCountedAndShortOnesShown() {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("kind", "SavedModel");
    report.put("compilable", true);
    report.put("checkpoint", Map.of("tensors", 39, "shapes", weights(39)));
    report.put("tags", Collections.nCopies(3, "serve"));
    Map<String, Object> summary = InspectSummary.of(report);
    assertThat(summary).doesNotContainKey("compilable").containsEntry("kind", "SavedModel");
    assertThat(summary.get("tags")).isEqualTo(report.get("tags"));
    assertThat(summary.get("checkpoint"))
        .isEqualTo(Map.of("tensors", 39, "shapes", "39 lines, shown with --all"));
  }
}
