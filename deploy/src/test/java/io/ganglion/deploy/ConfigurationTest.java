package io.ganglion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server takes the configuration that the chart writes. */
class ConfigurationTest {
  @TempDir private Path scratch;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{model: {existingClaim: m, path: bert}, config: {max-queue-time: 2s}}",
        "{model: {existingClaim: m}, tls: {secretName: t, clientCa: true}, auth: {secretName: a}}",
        "{model: {existingClaim: m}, neuron: {devices: 1}}"
      })
  void theServerKnowsEverySettingAndTakesIts(String values) throws Exception {
    String written =
        Chart.render(Yaml.MAPPER.readTree(values), scratch)
            .one(ConfigMap.class)
            .getData()
            .get("server.yaml");
    Path file = Files.writeString(scratch.resolve("server.yaml"), written);

    JsonNode taken = Yaml.MAPPER.readTree(printConfig(file));

    assertThat(Yaml.MAPPER.readTree(written).properties())
        .allSatisfy(
            setting ->
                assertThat(taken.path(setting.getKey()).asText())
                    .as(setting.getKey())
                    .isEqualToIgnoringCase(setting.getValue().asText()));
  }

  private String printConfig(Path file) throws IOException, InterruptedException {
    Path output = scratch.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.ganglion.server.ServerMain",
                "--config",
                file.toString(),
                "--print-config")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the server ends").isTrue();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
