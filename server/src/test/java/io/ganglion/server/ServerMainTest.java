package io.ganglion.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ganglion.cli.Durations;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(60)
class ServerMainTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return ServerMain.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private void errorIsOneSentenceWith(String... parts) {
    String text = err.toString(StandardCharsets.UTF_8);
    assertThat(text.lines()).hasSize(1);
    assertThat(text).contains(parts).doesNotContain("\tat ");
  }

  @Test
  void aMissingDirectoryIsASentenceAndExitOne() {
    assertThat(run("--dir", folder.resolve("none").toString())).isEqualTo(1);
    errorIsOneSentenceWith("none", "is not a directory");
  }

  @Test
  void aDirectoryThatIsNoArtifactIsASentenceAndExitOne() {
    assertThat(run("--dir", folder.toString(), "--metrics-port", "none")).isEqualTo(1);
    errorIsOneSentenceWith("neither a compiled model");
  }

  @Test
  void anAlteredArtifactIsASentenceAndExitOne() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    Path weights = model.resolve("weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 10] ^= 1;
    Files.write(weights, bytes);
    assertThat(run("--dir", model.toString(), "--metrics-port", "none")).isEqualTo(1);
    errorIsOneSentenceWith("weights.safetensors");
  }

  @Test
  void aModelThatFailsItsGoldenCheckIsNeverServed() throws Exception {
    Path model =
        TestArtifacts.tiny().golden(input -> new float[] {9, -9}).write(folder.resolve("model"));
    assertThat(run("--dir", model.toString(), "--metrics-port", "none")).isEqualTo(1);
    errorIsOneSentenceWith("fails the golden check");
  }

  @Test
  void aPortInUseIsASentenceAndExitOne() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      assertThat(run("--dir", model.toString(), "--port", port, "--metrics-port", "none"))
          .isEqualTo(1);
      errorIsOneSentenceWith("Cannot listen on port " + port);
    }
  }

  @Test
  void aFailureIsAnObjectWhereTheLogIsJson() throws Exception {
    assertThat(run("--dir", folder.resolve("none").toString(), "--log-format", "json"))
        .isEqualTo(1);
    assertThat(err.toString(UTF_8)).isEmpty();
    JsonNode last =
        new ObjectMapper().readTree(out.toString(UTF_8).lines().skip(1).findFirst().orElseThrow());
    assertThat(last.get("level").textValue()).isEqualTo("error");
    assertThat(last.get("event").textValue()).isEqualTo("failed");
    assertThat(last.get("reason").textValue()).contains("none", "is not a directory");
  }

  @Test
  void aForgottenDirectoryIsAskedForWithAnExample() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            "server: Give --dir DIRECTORY, as in: server --dir mrpc-bf16. See server --help.\n");
  }

  @Test
  void wrongUsageIsExitTwoAndSaysWhere() {
    assertThat(run("--dir", "x", "--no-such-flag")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--no-such-flag").contains("--help");
    assertThat(run("--dir", folder.toString(), "--port", "70000")).isEqualTo(2);
    assertThat(run("--dir", folder.toString(), "--batch", "-1")).isEqualTo(2);
    assertThat(run("--dir", folder.toString(), "--tls-cert", "x")).isEqualTo(2);
    assertThat(run("--dir", folder.toString(), "--bootstrap")).isEqualTo(2);
  }

  @Test
  void aValueThatMakesNoSenseIsASentenceThatNamesItsFlag() {
    assertThat(run("--dir", "x", "--max-queue", "0")).isEqualTo(2);
    errorIsOneSentenceWith("--max-queue must be between 1 and 1000000, and is 0.");
  }

  @ParameterizedTest
  @CsvSource({
    "--batch,2000000000,4096",
    "--batch,100000,4096",
    "--max-batch-tokens,2000000000,2097152",
    "--parallel,100000,1024",
    "--thread,2000000000,1024",
    "--max-queue,2000000000,1000000",
    "--max-stream-requests,2147483647,1000000",
    "--max-connection-requests,2147483647,1000000",
    "--max-connections,2147483647,1000000",
    "--max-item-size,2147483647,16777216"
  })
  void aValueBeyondReasonIsASentenceWithTheFlagTheBoundAndItsReason(
      String flag, String value, String bound) {
    assertThat(run("--dir", "x", flag, value)).isEqualTo(2);
    errorIsOneSentenceWith(flag + " must be between ", " and " + bound + ", and is ", ": ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--max-delay",
        "--age-bound",
        "--max-queue-time",
        "--core-timeout",
        "--max-connection-age",
        "--drain-delay",
        "--drain-timeout",
        "--version-interval",
        "--bootstrap-time"
      })
  void aTimeWithoutAUnitOrBeyondReasonIsRefused(String flag) {
    for (String noTime : List.of("1000", "NaN", "1e3s", "-1s", "")) {
      err.reset();
      assertThat(run("--dir", "x", flag, noTime)).isEqualTo(2);
      errorIsOneSentenceWith(flag, "write a number and us, ms, s, m or h");
    }
    err.reset();
    assertThat(run("--dir", "x", flag, "9999999999999999ms")).isEqualTo(2);
    errorIsOneSentenceWith(flag, "too long a time");
    err.reset();
    assertThat(run("--dir", "x", flag, "25h")).isEqualTo(2);
    errorIsOneSentenceWith("server: " + flag + " must be at most 24h, and is 25h.");
  }

  @Test
  void aMisspeltFlagIsNamedRatherThanTheOneItStandsFor() {
    assertThat(run("--dri", "x")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("server: There is no option --dri: did you mean --dir? See server --help.\n");
  }

  @Test
  void theSelfTestPrintsThroughputAndAccuracy() throws Exception {
    Path model = TestArtifacts.tiny().write(folder.resolve("model"));
    Path data = folder.resolve("dev.tsv");
    Files.writeString(
        data,
        """
        \ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String
        1\t1\t2\tthe cat sat\ta dog ran
        0\t3\t4\tthe red house\tthe big mat
        """);
    assertThat(
            run(
                "--dir",
                model.toString(),
                "--bootstrap",
                "--data",
                data.toString(),
                "--bootstrap-time",
                "100ms"))
        .isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("Average throughput: [0-9.]+, accuracy [01]\\.[0-9]+ \\(");
  }

  @Test
  void theSelfTestOfAFileWithoutLabelsPrintsNoAccuracy() throws Exception {
    String model = TestArtifacts.tiny().write(folder.resolve("model")).toString();
    Path data = folder.resolve("test.tsv");
    Files.writeString(data, "index\tsentence\n0\tthe cat sat\n\nshort\n1\tthe mat\n");
    int code =
        run("--dir", model, "--bootstrap", "--data", data.toString(), "--bootstrap-time", "0s");
    assertThat(code).as(err.toString(UTF_8)).isZero();
    assertThat(out.toString(UTF_8))
        .containsPattern("Average throughput: [0-9.]+ \\(2 answered, 0 failed")
        .doesNotContain("accuracy");
    errorIsOneSentenceWith("test.tsv, line 4: 1 columns instead of 2; left out.");
  }

  @Test
  void aHostThatNobodyKnowsIsWrongUsage() {
    assertThat(run("--dir", "x", "--host", "::zz")).isEqualTo(2);
    errorIsOneSentenceWith("server: --host ::zz is no address and no known name.");
  }

  @Test
  void aTimeOfNothingIsRefusedWhereItMakesNoSense() {
    assertThat(run("--dir", "x", "--age-bound", "0s")).isEqualTo(2);
    errorIsOneSentenceWith("server: --age-bound must be above 0s.");
  }

  @Test
  void helpHasDefaultsInOneSpelling() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(UTF_8))
        .containsSubsequence("Usage: server [OPTIONS]", "Options:", "Default: 60061", "Exit codes:")
        .doesNotContain("default:");
  }

  @Test
  void anOptionThatACoreDeclaresIsAFlagWhoseValueIsReadInAnyCase() {
    assertThat(coreOptions()).isEmpty();
    assertThat(coreOptions("--nrt-nan-policy", "STRICT", "--libnrt=/x/libnrt.so"))
        .containsOnly(entry("nrt-nan-policy", "strict"), entry("libnrt", "/x/libnrt.so"));
  }

  private static Map<String, String> coreOptions(String... flags) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8);
    ServerCommand command = new ServerCommand(nowhere, nowhere);
    new CommandLine(command)
        .registerConverter(Duration.class, new Durations())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(
            Stream.concat(Stream.of("--dir", "model"), Stream.of(flags)).toArray(String[]::new));
    return command.modelOptions().cores().named();
  }

  @Test
  void aValueThatACoreDoesNotTakeIsRefusedWithThoseItTakes() {
    assertThat(run("--dir", folder.toString(), "--nrt-nan-policy", "hope")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("--nrt-nan-policy", "check, strict, ignore", "'hope'");
  }

  @Test
  void aKindOfCoreThatThereIsNotIsRefusedWithThoseThereAre() {
    assertThat(run("--dir", folder.toString(), "--backend", "abacus")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("--backend", "'abacus'", "auto, nrt, cpu");
  }

  @Test
  void theHelpTellsOfEveryKindOfCoreAndItsOptions() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8);
    assertThat(new CommandLine(new ServerCommand(nowhere, nowhere)).getUsageMessage())
        .contains("auto, nrt, cpu", "--libnrt", "--nrt-nan-policy", "--toy-label");
  }
}
