package io.ganglion.compiler.backend.neuron;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.ganglion.compiler.CompileException;
import io.ganglion.core.nrt.FakeNeff;
import io.ganglion.core.nrt.NeuronProgram;
import io.ganglion.core.nrt.NeuronType;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.ModelManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeuronBackEndTest {
  @TempDir Path folder;

  private final EncoderModel model = EncoderModel.of(TestArtifacts.tiny(), 1);
  private Path work;
  private Path bin;

  @BeforeEach
  void folders() throws Exception {
    work = Files.createDirectory(folder.resolve("work"));
    bin = Files.createDirectory(folder.resolve("bin"));
  }

  private static NeuronOptions options(NeuronTarget target, NeuronType type, Integer... lengths) {
    return new NeuronOptions(
        target,
        type,
        false,
        4,
        List.of(lengths),
        Optional.empty(),
        List.of(),
        Duration.ofSeconds(30),
        0,
        false);
  }

  private void compile(NeuronOptions options) throws CompileException {
    int longest = options.sequenceLengths().get(options.sequenceLengths().size() - 1);
    ModelManifest manifest = TestArtifacts.tiny().sequenceLength(longest).manifest();
    NeuronBackEnd.of(options, bin.toString(), line -> {})
        .compile(manifest, model.weights()::get, work, folder.resolve("model"));
  }

  @Test
  void neuronxCcIsCalledAsItsReferenceSays() throws Exception {
    FakeCompiler compiler = FakeCompiler.working(bin, "neuronx-cc");
    compile(options(NeuronTarget.INF2, NeuronType.BF16, 64));
    assertThat(compiler.calls())
        .containsExactly(
            List.of(
                "compile",
                "encoder-64.hlo.pb",
                "--framework",
                "XLA",
                "--target",
                "inf2",
                "--model-type",
                "transformer",
                "--auto-cast",
                "none",
                "--enable-mixed-precision-accumulation",
                "-O2",
                "--enable-fast-loading-neuron-binaries",
                "--output",
                "encoder-64.neff"));
    NeuronProgram program = NeuronProgram.read(work);
    assertThat(program.compiler()).isEqualTo("neuronx-cc version 9.9.9+fake");
    assertThat(program.type()).isEqualTo(NeuronType.BF16);
    assertThat(program.batchSize()).isEqualTo(4);
    assertThat(work.resolve("neuron")).isDirectoryNotContaining("glob:**work-*");
    assertThat(work.resolve("neuron/encoder-64.log")).content().contains("compiling encoder-64");
  }

  @Test
  void neuronCcIsCalledAsTheDemoCallsIt() throws Exception {
    FakeCompiler compiler = FakeCompiler.working(bin, "neuron-cc");
    compile(options(NeuronTarget.INF1, NeuronType.FP16, 64));
    List<String> call = compiler.calls().get(0);
    assertThat(call.subList(0, 10))
        .containsExactly(
            "compile",
            "encoder-64.graphdef.pb",
            "--framework",
            "TENSORFLOW",
            "--output",
            "encoder-64.neff",
            "--pipeline",
            "compile",
            "SaveTemps",
            "--io-config");
    assertThat(call.get(10)).startsWith("{\"inputs\":{\"embeddings:0\":[[4,64,32],\"float16\"]");
    assertThat(call.subList(11, call.size())).containsExactly("--fp32-cast", "matmult");
  }

  @Test
  void bf16ForInf1IsAGraphInFp32ThatTheCompilerCasts() throws Exception {
    FakeCompiler compiler = FakeCompiler.working(bin, "neuron-cc");
    compile(options(NeuronTarget.INF1, NeuronType.BF16, 64));
    assertThat(compiler.calls().get(0)).endsWith("--fp32-cast", "matmult-bf16");
    assertThat(NeuronProgram.read(work).type()).isEqualTo(NeuronType.FP32);
  }

  @Test
  void eachLengthIsCompiledAndTheProgramListsThemRising() throws Exception {
    FakeCompiler compiler = FakeCompiler.working(bin, "neuronx-cc");
    compile(options(NeuronTarget.TRN1, NeuronType.FP16, 16, 32, 64));
    assertThat(compiler.calls()).hasSize(3);
    assertThat(NeuronProgram.read(work).buckets())
        .extracting(NeuronProgram.Bucket::sequenceLength)
        .containsExactly(16, 32, 64);
  }

  @Test
  void theUsersFlagsComeLast() throws Exception {
    FakeCompiler compiler = FakeCompiler.working(bin, "neuronx-cc");
    List<String> flags =
        CompilerFlags.parse("--must-compile --auto-cast=all  '--verbose' \"a \\\"b\" c\\ d");
    compile(
        new NeuronOptions(
            NeuronTarget.TRN2,
            NeuronType.FP32,
            false,
            1,
            List.of(8),
            Optional.empty(),
            flags,
            Duration.ofSeconds(30),
            0,
            true));
    assertThat(compiler.calls().get(0))
        .endsWith("encoder-8.neff", "--auto-cast=all", "--verbose", "a \"b", "c d");
    assertThat(work.resolve("neuron/encoder-8.hlo.pb")).isNotEmptyFile();
  }

  @ParameterizedTest
  @CsvSource({"INF1, FP16, true", "INF1, BF16, false", "TRN2, BF16, true", "INF2, FP32, false"})
  void layerNormsAreAsNarrowAsTheProductsWhereThatIsAskedForAndTheTargetTakesIt(
      NeuronTarget target, NeuronType type, boolean narrow) throws Exception {
    FakeCompiler.working(bin, target.compiler());
    Path graph =
        work.resolve("neuron/encoder-8." + (target.readsGraphDef() ? "graphdef" : "hlo") + ".pb");
    compile(withNorms(target, type, false));
    byte[] before = Files.readAllBytes(graph);
    compile(withNorms(target, type, true));
    assertThat(!Arrays.equals(before, Files.readAllBytes(graph))).isEqualTo(narrow);
    assertThat(withNorms(target, type, true).norms() != NeuronType.FP32).isEqualTo(narrow);
  }

  private static NeuronOptions withNorms(NeuronTarget target, NeuronType type, boolean narrow) {
    return new NeuronOptions(
        target,
        type,
        narrow,
        1,
        List.of(8),
        Optional.empty(),
        List.of(),
        Duration.ofSeconds(30),
        0,
        true);
  }

  @Test
  void asManyCompilersRunAtOnceAsProcessorsAndMemoryAllow() {
    long gibibyte = 1L << 30;
    assertThat(NeuronBackEnd.atOnce(3, 16, 64 * gibibyte)).isEqualTo(3);
    assertThat(NeuronBackEnd.atOnce(3, 2, 64 * gibibyte)).isEqualTo(2);
    assertThat(NeuronBackEnd.atOnce(3, 16, 9 * gibibyte)).isEqualTo(2);
    assertThat(NeuronBackEnd.atOnce(3, 16, gibibyte)).isEqualTo(1);
    assertThat(NeuronBackEnd.atOnce(3, 16, 0)).isEqualTo(1);
  }

  @Test
  void severalLengthsAreCompiledAtTheSameTime() throws Exception {
    // Each waits until the other has begun. One after the other, they would time out.
    new FakeCompiler(
        bin,
        "neuronx-cc",
        "touch '%1$s'/began-$2\n".formatted(bin)
            + "until [ $(ls '%1$s' | grep -c began-) = 2 ]; do sleep 0.05; done\n".formatted(bin)
            + "cp \"$good\" \"$out\"");
    NeuronOptions options =
        new NeuronOptions(
            NeuronTarget.INF2,
            NeuronType.FP16,
            false,
            4,
            List.of(8, 16),
            Optional.empty(),
            List.of(),
            Duration.ofSeconds(60),
            2,
            false);
    compile(options);
    assertThat(NeuronProgram.read(work).buckets()).hasSize(2);
  }

  @Test
  void flagsWithAnOpenQuoteAreRefused() {
    assertThatThrownBy(() -> CompilerFlags.parse("--a 'b")).hasMessageContaining("quote");
    assertThatThrownBy(() -> CompilerFlags.parse("--a \\")).hasMessageContaining("backslash");
  }

  @Test
  void aMissingCompilerIsToldBeforeAnyWork() {
    assertThatThrownBy(() -> compile(options(NeuronTarget.INF2, NeuronType.BF16, 64)))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("neuronx-cc is not on the PATH")
        .hasMessageContaining("say where it is");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void aFailingCompilerIsQuotedAndItsLogIsKept() throws Exception {
    new FakeCompiler(
        bin,
        "neuronx-cc",
        "echo 'more of it' > log-neuron-cc.txt; echo 'ERROR: out of registers' >&2; exit 70");
    Throwable failure =
        catchThrowable(() -> compile(options(NeuronTarget.INF2, NeuronType.BF16, 64)));
    Path log = folder.resolve("model.encoder-64.log");
    assertThat(failure)
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("status 70")
        .hasMessageEndingWith("ERROR: out of registers")
        .hasMessageContaining(log.toString());
    assertThat(log).content().contains("--target inf2", "out of registers", "more of it");
    assertThat(work.resolve("neuron")).isEmptyDirectory();
  }

  @Test
  @Timeout(120)
  void aCompilerThatNeverEndsIsInterruptedAndThenKilled() throws Exception {
    assumeFalse(ignoresInterrupts(), "SIGINT is ignored here, and a shell cannot trap it then");
    Path told = folder.resolve("told");
    new FakeCompiler(
        bin,
        "neuronx-cc",
        "trap 'echo interrupted >> %s' INT\necho ready >> %s\nsleep 600 & wait; wait"
            .formatted(told, told));
    NeuronOptions options =
        new NeuronOptions(
            NeuronTarget.INF2,
            NeuronType.BF16,
            false,
            4,
            List.of(64),
            Optional.of(bin.resolve("neuronx-cc")),
            List.of(),
            Duration.ofSeconds(2),
            0,
            false);
    assertThatThrownBy(() -> compile(options))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("was ended after 2 s");
    assertThat(told).content().isEqualTo("ready\ninterrupted\n");
    assertThat(work.resolve("neuron")).isEmptyDirectory();
    assertThat(compilers()).isEmpty();
  }

  @Test
  @Timeout(120)
  void oneFailureEndsTheOtherCompilers() throws Exception {
    new FakeCompiler(bin, "neuronx-cc", "case $2 in encoder-8.*) exit 1;; *) sleep 600;; esac");
    NeuronOptions all = options(NeuronTarget.INF2, NeuronType.BF16, 8, 16);
    NeuronOptions both =
        new NeuronOptions(
            all.target(),
            all.type(),
            false,
            4,
            all.sequenceLengths(),
            all.compiler(),
            List.of(),
            all.timeout().multipliedBy(100),
            2,
            false);
    assertThatThrownBy(() -> compile(both)).hasMessageContaining("status 1");
    assertThat(compilers()).isEmpty();
  }

  /** Processes that run; without TensorFlow's, which stays for the next model. */
  private static List<ProcessHandle> compilers() {
    return ProcessHandle.current()
        .descendants()
        .filter(ProcessHandle::isAlive)
        .filter(process -> !process.info().command().orElse("").endsWith("java"))
        .toList();
  }

  @Test
  void aCompilerThatLeavesNothingOrAnEmptyNeffIsNotBelieved() throws Exception {
    for (String behaviour : List.of("true", ": > \"$out\"")) {
      new FakeCompiler(bin, "neuronx-cc", behaviour);
      assertThatThrownBy(() -> compile(options(NeuronTarget.INF2, NeuronType.BF16, 64)))
          .isInstanceOf(CompileException.class)
          .hasMessageContaining("left no NEFF");
    }
  }

  @Test
  void aNeffForSeveralCoresIsRefused() throws Exception {
    byte[] neff = FakeNeff.of("payload".getBytes(UTF_8));
    neff[168] = 4;
    Files.write(bin.resolve("four.neff"), neff);
    new FakeCompiler(bin, "neuronx-cc", "cp '" + bin + "/four.neff' \"$out\"");
    assertThatThrownBy(() -> compile(options(NeuronTarget.INF2, NeuronType.BF16, 8)))
        .hasMessageContaining("4 cores");
  }

  @Test
  void withoutLengthsTheModelsOwnIsCompiled() throws Exception {
    FakeCompiler compiler = FakeCompiler.working(bin, "neuronx-cc");
    NeuronOptions options = options(NeuronTarget.INF2, NeuronType.BF16);
    NeuronBackEnd.of(options, bin.toString(), line -> {})
        .compile(model.manifest(), model.weights()::get, work, folder.resolve("model"));
    assertThat(compiler.calls().get(0)).contains("encoder-64.neff");
  }

  @Test
  void lengthsThatDoNotEndWithTheModelsAreRefused() throws Exception {
    FakeCompiler.working(bin, "neuronx-cc");
    NeuronOptions options = options(NeuronTarget.INF2, NeuronType.BF16, 16, 32);
    assertThatThrownBy(
            () ->
                NeuronBackEnd.of(options, bin.toString(), line -> {})
                    .compile(model.manifest(), model.weights()::get, work, folder))
        .hasMessageContaining("32")
        .hasMessageContaining("64");
  }

  @Test
  void whatCannotBeWrittenIsTold() throws Exception {
    FakeCompiler.working(bin, "neuronx-cc");
    Files.writeString(work.resolve("neuron"), "in the way");
    assertThatThrownBy(() -> compile(options(NeuronTarget.INF2, NeuronType.BF16, 8)))
        .isInstanceOf(CompileException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  /** Background jobs of a shell are started so, and hand it down to their children. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }
}
