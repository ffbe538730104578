package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.GoldenCheck;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.model.Precision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every artifact runs on a CPU without instructions for it. oneDNN can be told to behave like such
 * a CPU.
 */
class OlderCpuTest {
  @TempDir Path directory;

  @BeforeEach
  void requireX86() {
    assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "not run: instruction sets of x86 only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AVX512_CORE_VNNI", "AVX2", "SSE41"})
  void everyPrecisionPassesItsGoldenCheckAndSaysSo(String isa) throws Exception {
    for (Precision precision : Precision.values()) {
      Path model =
          TestArtifacts.tiny().precision(precision).write(directory.resolve(precision.toString()));
      String output = runIn(isa, model);
      assertThat(output).as("%s on %s", precision, isa).contains("golden passed");
      boolean slower = precision == Precision.BF16 || !isa.contains("VNNI");
      if (precision != Precision.FP32 && slower) {
        assertThat(output).contains("no " + precision + " instructions");
      } else {
        assertThat(output).doesNotContain("no " + precision + " instructions");
      }
    }
  }

  @Test
  void aCpuIsJudgedByWhatOneDnnMayUse() {
    assertThat(CpuIsa.of(0xfef))
        .isEqualTo(
            new CpuIsa(
                "AMX with bf16 and int8, AVX512 with fp16, bf16 and VNNI", true, true, true));
    assertThat(CpuIsa.of(0x1ef))
        .isEqualTo(new CpuIsa("AVX512 with fp16, bf16 and VNNI", true, true, false));
    assertThat(CpuIsa.of(0xe7))
        .isEqualTo(new CpuIsa("AVX512 with bf16 and VNNI", true, true, false));
    assertThat(CpuIsa.of(0x67)).isEqualTo(new CpuIsa("AVX512 with VNNI", false, true, false));
    assertThat(CpuIsa.of(0x7).execution(Precision.INT8)).isEqualTo(Precision.FP32);
  }

  private static String runIn(String isa, Path model) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            model.toString());
    builder.environment().put("ONEDNN_MAX_CPU_ISA", isa);
    Process child = builder.redirectErrorStream(true).start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
    assertThat(child.exitValue()).as(output).isZero();
    return output;
  }

  /** Loads a model. Prints its notices and whether it reproduces its golden answers. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      try (Artifact artifact = Artifact.open(Path.of(args[0]));
          CpuCoreFactory factory = CpuCoreFactory.load(artifact, CpuOptions.DEFAULT);
          NeuronCore core = factory.open(0)) {
        List<String> notices = factory.notices();
        notices.forEach(System.out::println);
        GoldenCheck.Result result = GoldenCheck.run(core, artifact.golden(), artifact.manifest());
        System.out.println(result.passed() ? "golden passed" : result.summary());
      }
    }
  }
}
