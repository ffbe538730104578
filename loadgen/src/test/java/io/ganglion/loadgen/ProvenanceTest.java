package io.ganglion.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.api.ModelInfo;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
  private static final Machine MACHINE = new Machine("h", "c", "j");

  private static Map<String, String> facts(List<String> command, ModelInfo... models) {
    Map<String, String> facts = new LinkedHashMap<>();
    new Provenance(Instant.EPOCH, command, MACHINE, List.of(models)).forEach(facts::put);
    return facts;
  }

  @Test
  void aTokenIsNotWrittenDown() {
    assertThat(facts(List.of("--token", "secret", "-c", "2")))
        .containsEntry("command", "loadgen --token *** -c 2");
    assertThat(facts(List.of("--token=secret", "-q")))
        .containsEntry("command", "loadgen --token=*** -q");
    assertThat(facts(List.of("-q", "--token"))).containsEntry("command", "loadgen -q --token");
  }

  @Test
  void anArgumentWithBlanksIsQuoted() {
    assertThat(facts(List.of("--data", "my pairs.tsv")))
        .containsEntry("command", "loadgen --data \"my pairs.tsv\"");
  }

  @Test
  void serversOfOneModelAreOneFactAndOfSeveralAreNotHidden() {
    ModelInfo one = Runs.model("one", "aaa", List.of());
    ModelInfo two = Runs.model("two", "bbb", List.of());
    assertThat(facts(List.of(), one, one)).containsEntry("model", "one version 3");
    assertThat(facts(List.of(), one, two))
        .containsEntry("model", "one version 3 | two version 3")
        .containsEntry("digest", "aaa | bbb")
        .containsEntry("precision", "bf16");
  }

  @Test
  void aProtocolThatCannotTellLeavesTheModelAway() {
    assertThat(facts(List.of()).keySet()).containsExactly("date", "command", "host", "cpu", "jdk");
  }

  @Test
  void theProcessorsNameIsReadFromWhatTheSystemSays() {
    List<String> lines =
        List.of("processor\t: 0", "model name\t: Some: CPU ", "model name\t: Other");
    assertThat(Machine.cpu(lines, "amd64")).isEqualTo("Some: CPU");
    assertThat(Machine.cpu(List.of("processor\t: 0"), "aarch64")).isEqualTo("aarch64");
  }

  @Test
  void thisMachineHasANameProcessorsAndAJdk() {
    Machine machine = Machine.local();
    assertThat(machine.host()).isNotBlank();
    assertThat(machine.cpu())
        .endsWith(", " + Runtime.getRuntime().availableProcessors() + " processors");
    assertThat(machine.jdk()).startsWith(System.getProperty("java.runtime.version"));
  }
}
