package io.ganglion.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineTest {
  private final Map<String, Object> facts = Machine.facts(3);

  @Test
  void aReportSaysWhatItWasMeasuredOn() {
    assertThat(facts)
        .containsKeys("cpu", "instructions", "jdk", "tensorflow", "onnxruntime", "onednn")
        .containsEntry("threads", 3)
        .containsEntry("processors", Runtime.getRuntime().availableProcessors());
  }

  @Test
  void theVersionOfOneDnnIsOfThreeParts() {
    assertThat(String.valueOf(facts.get("onednn"))).matches("\\d+\\.\\d+\\.\\d+");
  }

  @Test
  void instructionsAreThoseThatDecideAboutSpeed() {
    assertThat((List<?>) facts.get("instructions"))
        .allSatisfy(name -> assertThat(String.valueOf(name)).matches("(avx|amx).*"));
  }
}
