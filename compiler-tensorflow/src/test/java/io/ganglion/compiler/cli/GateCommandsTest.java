package io.ganglion.compiler.cli;

import static io.ganglion.compiler.cli.CommandRun.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.compiler.pipeline.Samples;
import io.ganglion.runtime.artifact.Artifact;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The accuracy gate as users meet it: the commands, their words and files. */
class GateCommandsTest {
  @TempDir static Path temp;
  private static Path source;
  private static Path pairs;

  @BeforeAll
  static void writeASource() throws Exception {
    source =
        Samples.write(temp.resolve("source"), Samples.config(Samples.dimensions(1, 64, 2, 64)));
    StringBuilder text = new StringBuilder("sentence1\tsentence2\n");
    for (int i = 0; i < 40; i++) {
      text.append("the company bought ").append(i).append(" shares\tit sold ").append(i % 7);
      text.append(" boats\n");
    }
    pairs = Files.writeString(temp.resolve("mine.tsv"), text);
  }

  @Test
  void whatIsRefusedIsNotAdvisedAndTheReportSaysWhy() throws Exception {
    Path json = temp.resolve("refused.json");
    String told =
        run(
            1,
            "compile --precision auto --tolerance 1e-12 --json",
            json,
            "--saved-model",
            source,
            "--output",
            temp.resolve("none"));
    assertThat(told)
        .contains("too far from the source's in every precision; nothing was written")
        .contains("look at the texts above that differ most")
        .doesNotContain("Use --precision");
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.path("accepted").asBoolean(true)).isFalse();
    assertThat(report.path("trials")).hasSizeGreaterThanOrEqualTo(3);
    for (JsonNode trial : report.path("trials")) {
      assertThat(trial.path("why").asText()).contains("mean difference", "above 1.0e-12");
    }
    assertThat(temp.resolve("none")).doesNotExist();
  }

  @Test
  void aNameThatNoLogOrMetricCouldHoldIsRefused() throws Exception {
    assertThat(run(2, "compile --name @x --saved-model", source, "--output", temp.resolve("no")))
        .contains("The name of a model begins with a letter or digit", "'@x'");
  }

  @Test
  void theReportOfACompilationHasItsFiguresAndItsTexts() throws Exception {
    Path json = temp.resolve("written.json");
    run(
        0,
        "compile --precision bf16 --name reviews --verify-data",
        pairs,
        "--json",
        json,
        "--saved-model",
        source,
        "--output",
        temp.resolve("bf16"));
    try (Artifact artifact = Artifact.open(temp.resolve("bf16"))) {
      assertThat(artifact.manifest().name()).contains("reviews");
    }
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.path("accepted").asBoolean()).isTrue();
    assertThat(report.at("/compared_on/texts").asText()).isEqualTo("mine.tsv");
    assertThat(report.at("/trials/0/mean").asDouble()).isBetween(1e-7, 3e-3);
    assertThat(report.at("/trials/0/allowed/mean").asDouble()).isEqualTo(3e-3);
    assertThat(report.at("/trials/0/worst/0/text").asText()).contains(" shares | it sold ");

    run(0, "compile --precision fp32 --saved-model", source, "--output", temp.resolve("fp32"));
    assertThat(run(1, "diff --data", pairs, temp.resolve("fp32"), temp.resolve("bf16")))
        .containsPattern("answers to 40 inputs: differences of a probability: mean \\d")
        .containsPattern("the same label \\d+ of 40 times")
        .contains("answers that differ most:");
    assertThat(run(0, "inspect", temp.resolve("bf16")))
        .startsWith("Can be served on this machine's CPU")
        .contains("shown with --all")
        .doesNotContain("encoder.0.attention.qkv.weight");
    assertThat(run(0, "inspect --all", temp.resolve("bf16")))
        .contains("encoder.0.attention.qkv.weight");
  }
}
