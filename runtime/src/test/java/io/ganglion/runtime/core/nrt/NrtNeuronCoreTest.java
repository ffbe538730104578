package io.ganglion.runtime.core.nrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.NativeLibrary;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreFault.Scope;
import io.ganglion.runtime.core.NeuronCore;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NrtNeuronCoreTest {
  private static final int BATCH = 4;

  @TempDir Path directory;

  private NrtOptions options;
  private Artifact artifact;
  private TestArtifacts model;

  @BeforeEach
  void write() throws Exception {
    options = NrtOptions.defaults().withLibrary(FakeNrt.library());
    model = TestArtifacts.tiny().moreFiles(FakeProgram.of(NeuronType.FP32, BATCH, 8, 24, 64));
    artifact = Artifact.open(model.write(directory.resolve("model")));
  }

  @AfterEach
  void everythingWasGivenBack() {
    artifact.close();
    assertThat(FakeNrt.counter("live_models")).isZero();
    assertThat(FakeNrt.counter("live_tensors")).isZero();
    assertThat(FakeNrt.counter("live_sets")).isZero();
    assertThat(FakeNrt.counter("initialised")).isZero();
  }

  private TokenBatch batch(int... lengths) {
    List<TokenSequence> sequences = new ArrayList<>();
    for (int length : lengths) {
      sequences.add(new TokenSequence(new int[length], new int[length]));
    }
    return TokenBatch.of(sequences);
  }

  @Test
  void theShortestBucketThatHoldsABatchIsRunAndPaddingIsCounted() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore core = factory.open(0)) {
      core.infer(batch(8));
      assertThat(factory.padding().computedTokens()).isEqualTo(BATCH * 8);
      core.infer(batch(9, 3));
      assertThat(factory.padding().computedTokens()).isEqualTo(BATCH * (8 + 24));
      core.infer(batch(64, 3, 5, 7));
      assertThat(factory.padding().computedTokens()).isEqualTo(BATCH * (8 + 24 + 64));
      assertThat(factory.padding().requests()).isEqualTo(7);
      assertThat(factory.padding().dummyRows()).isEqualTo(3 + 2);
      assertThat(factory.padding().tokens()).isEqualTo(8 + 12 + 79);
    }
  }

  @Test
  void twoOnOneIndexShareTheModelAndAreInFlightTogether() throws Exception {
    FakeNrt.configure("delay_us=3000");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options)) {
      Callable<Integer> owner =
          () -> {
            int answers = 0;
            try (NeuronCore core = factory.open(0)) {
              for (int i = 0; i < 20; i++) {
                answers += core.infer(batch(8, 5)).size();
              }
            }
            return answers;
          };
      Future<Integer> first = threads.submit(owner);
      Future<Integer> second = threads.submit(owner);
      assertThat(first.get() + second.get()).isEqualTo(80);
      assertThat(FakeNrt.counter("most_in_flight")).isEqualTo(2);
      assertThat(FakeNrt.counter("loads")).isEqualTo(3);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void everyStatusHasItsScope() throws Exception {
    Map<Integer, Scope> expected = new TreeMap<>();
    expected.putAll(
        Map.of(
            1,
            Scope.CORE,
            2,
            Scope.BATCH,
            4,
            Scope.BATCH,
            5,
            Scope.CORE,
            6,
            Scope.CORE,
            7,
            Scope.RETRY,
            13,
            Scope.PROCESS,
            101,
            Scope.PROCESS));
    expected.putAll(
        Map.of(
            1002,
            Scope.BATCH,
            1004,
            Scope.CORE,
            1005,
            Scope.RETRY,
            1006,
            Scope.BATCH,
            1201,
            Scope.PROCESS,
            1202,
            Scope.CORE,
            1205,
            Scope.PROCESS,
            4711,
            Scope.CORE));
    for (Map.Entry<Integer, Scope> entry : expected.entrySet()) {
      try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
          NeuronCore core = factory.open(0)) {
        FakeNrt.configure("status=" + entry.getKey());
        assertThatThrownBy(() -> core.infer(batch(5)))
            .isInstanceOfSatisfying(
                CoreFault.class, e -> assertThat(e.scope()).isEqualTo(entry.getValue()))
            .hasMessageContaining("(" + entry.getKey() + ")");
      }
    }
  }

  @Test
  void afterAFullQueueTheSameBatchRuns() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore core = factory.open(1)) {
      FakeNrt.configure("status=7,every=2");
      float[] first = core.infer(batch(5)).values();
      assertThatThrownBy(() -> core.infer(batch(5))).isInstanceOf(CoreFault.class);
      assertThat(core.infer(batch(5)).values()).isEqualTo(first);
    }
  }

  @Test
  void aFailedCoreTakesTheOtherExecutionsOnItAlongAndOpensAfresh() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore first = factory.open(0);
        NeuronCore second = factory.open(0)) {
      float[] answer = first.infer(batch(5)).values();
      FakeNrt.configure("status=6");
      assertThatThrownBy(() -> first.infer(batch(5))).isInstanceOf(CoreFault.class);
      FakeNrt.configure("");
      assertThatThrownBy(() -> second.infer(batch(5)))
          .isInstanceOfSatisfying(CoreFault.class, e -> assertThat(e.scope()).isEqualTo(Scope.CORE))
          .hasMessageContaining("under another batch");
      first.close();
      try (NeuronCore fresh = factory.open(0)) {
        assertThat(fresh.infer(batch(5)).values()).isEqualTo(answer);
      }
    }
  }

  @Test
  void aCoreThatIsGoneCannotBeOpenedAndTheOthersGoOn() throws Exception {
    FakeNrt.configure("lost_core=2");
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore other = factory.open(3)) {
      assertThatThrownBy(() -> factory.open(2))
          .isInstanceOfSatisfying(CoreFault.class, e -> assertThat(e.scope()).isEqualTo(Scope.CORE))
          .hasMessageContaining("NeuronCore 2");
      assertThat(other.infer(batch(5)).size()).isEqualTo(1);
    }
  }

  @Test
  void aNanThatIsARequestsFailsTheBatchAndOneThatIsNobodysDoesNot() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore core = factory.open(0)) {
      FakeNrt.configure("nan=1");
      assertThatThrownBy(() -> core.infer(batch(5)))
          .isInstanceOfSatisfying(
              CoreFault.class, e -> assertThat(e.scope()).isEqualTo(Scope.BATCH))
          .hasMessageContaining("NaN");
      FakeNrt.configure("false_nan=1");
      assertThat(core.infer(batch(5)).size()).isEqualTo(1);
    }
  }

  @Test
  void theStrictPolicyBelievesTheReportAndNoPolicyBelievesNothing() throws Exception {
    NrtOptions strict = options.withNanPolicy(NanPolicy.STRICT);
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, strict);
        NeuronCore core = factory.open(0)) {
      FakeNrt.configure("false_nan=1");
      assertThatThrownBy(() -> core.infer(batch(5))).hasMessageContaining("1003");
    }
    NrtOptions ignore = options.withNanPolicy(NanPolicy.IGNORE);
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, ignore);
        NeuronCore core = factory.open(0)) {
      FakeNrt.configure("nan=1");
      assertThat(core.infer(batch(5)).values()[0]).isNaN();
    }
  }

  @Test
  void onlyAsManyCoresAsAskedForAreTaken() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options.withCores(3))) {
      assertThat(factory.cores()).isEqualTo(3);
      assertThatThrownBy(() -> factory.open(3)).hasMessageContaining("no NeuronCore 3");
    }
    NrtOptions some = new NrtOptions(options.library(), Optional.of("1-2"), 0, 30, NanPolicy.CHECK);
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, some)) {
      assertThat(factory.cores()).isEqualTo(2);
    }
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options)) {
      assertThat(factory.cores()).isEqualTo(4);
    }
    assertThatThrownBy(() -> NrtCoreFactory.create(artifact, options.withCores(5)))
        .hasMessageContaining("nrt_init");
  }

  @Test
  void theLibraryAndTheProgramAreTold() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options)) {
      assertThat(factory.describe())
          .contains("libnrt 2.0.0.1 fake", "inf2", "fp32", "[8, 24, 64]", "fake-neuronx-cc");
    }
  }

  @Test
  void aLibraryWithoutTheOptionalFunctionsServesAndItsVersionIsUnknown() throws Exception {
    NrtOptions old = options.withLibrary(FakeNrt.oldLibrary());
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, old);
        NeuronCore core = factory.open(0)) {
      assertThat(core.infer(batch(5)).size()).isEqualTo(1);
      assertThat(factory.describe()).startsWith("libnrt of unknown version (");
    }
  }

  @Test
  void theEnvironmentsNumberOfCoresWins() throws Exception {
    NativeLibrary c = NativeLibrary.getInstance("c");
    c.getFunction("setenv").invokeInt(new Object[] {"NEURON_RT_NUM_CORES", "2", 1});
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options.withCores(3))) {
      assertThat(factory.cores()).isEqualTo(2);
    } finally {
      c.getFunction("unsetenv").invokeInt(new Object[] {"NEURON_RT_NUM_CORES"});
    }
  }

  @Test
  void twoFactoriesShareTheOneRuntimeAndTheLastClosesIt() throws Exception {
    try (NrtCoreFactory first = NrtCoreFactory.create(artifact, options)) {
      try (NrtCoreFactory second = NrtCoreFactory.create(artifact, options);
          NeuronCore core = second.open(0)) {
        first.close();
        first.close();
        assertThat(FakeNrt.counter("initialised")).isEqualTo(1);
        assertThat(core.infer(batch(5)).size()).isEqualTo(1);
      }
      assertThat(FakeNrt.counter("initialised")).isZero();
    }
  }

  @Test
  void aSecondLibraryInOneProcessIsRefused() throws Exception {
    NrtOptions other = options.withLibrary(FakeNrt.oldLibrary());
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options)) {
      assertThatThrownBy(() -> NrtCoreFactory.create(artifact, other))
          .hasMessageContaining("there can be one only");
      assertThat(factory.cores()).isEqualTo(4);
    }
  }

  @Test
  void aSlotsTensorsAreAllocatedOnceAndNotForEachBatch() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore core = factory.open(0)) {
      long tensors = FakeNrt.counter("allocated_tensors");
      long sets = FakeNrt.counter("allocated_sets");
      assertThat(tensors).isEqualTo(3 * 3); // two inputs and an output a bucket
      assertThat(sets).isEqualTo(3 * 2);
      for (int i = 0; i < 10; i++) {
        core.infer(batch(5, 8));
        core.infer(batch(30));
      }
      assertThat(FakeNrt.counter("allocated_tensors")).isEqualTo(tensors);
      assertThat(FakeNrt.counter("allocated_sets")).isEqualTo(sets);
    }
  }

  @Test
  void aCoreThatGetsNoTensorsIsNotLeftHalfOpen() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options)) {
      FakeNrt.configure("allocate_status=4");
      assertThatThrownBy(() -> factory.open(0))
          .isInstanceOf(CoreFault.class)
          .hasMessageContaining("nrt_tensor_allocate on NeuronCore 0");
      assertThat(FakeNrt.counter("live_models")).isZero();
      assertThat(FakeNrt.counter("live_sets")).isZero();
    }
  }

  @Test
  void aClosedCoreStaysClosedAndRunsNothing() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options)) {
      NeuronCore core = factory.open(0);
      core.close();
      core.close();
      assertThatThrownBy(() -> core.infer(batch(5))).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aFailedStartSaysWhyAndLeavesNothing() {
    FakeNrt.configure("init_status=9");
    assertThatThrownBy(() -> NrtCoreFactory.create(artifact, options))
        .isInstanceOfSatisfying(
            CoreFault.class, e -> assertThat(e.scope()).isEqualTo(Scope.PROCESS))
        .hasMessageContaining("nrt_init")
        .hasMessageContaining("not enough free NeuronCores")
        .hasMessageContaining("/dev/neuron");
  }

  @Test
  void aMissingOrForeignLibraryIsRefused() {
    NrtOptions missing = options.withLibrary(directory.resolve("libnrt.so.1"));
    assertThatThrownBy(() -> NrtCoreFactory.create(artifact, missing))
        .hasMessageContaining("could not be loaded: " + directory.resolve("libnrt.so.1"))
        .hasMessageContaining("No such file");
    NrtOptions foreign = options.withLibrary(Path.of("/lib/x86_64-linux-gnu/libc.so.6"));
    if (Files.exists(foreign.library().orElseThrow())) {
      assertThatThrownBy(() -> NrtCoreFactory.create(artifact, foreign))
          .hasMessageContaining("lacks nrt_init");
    }
  }

  @Test
  void anArtifactWithoutANeffIsRefusedWithTheRemedy() throws Exception {
    Path plain = TestArtifacts.tiny().write(directory.resolve("plain"));
    try (Artifact without = Artifact.open(plain)) {
      assertThatThrownBy(() -> NrtCoreFactory.create(without, options))
          .isInstanceOf(ArtifactException.class)
          .hasMessageContaining("--target inf2");
    }
  }

  @Test
  void aNeffOfOtherShapesIsRefusedWhenACoreOpens() throws Exception {
    TestArtifacts.MoreFiles shapes =
        (folder, manifest, weights) -> {
          FakeProgram.of(NeuronType.FP32, BATCH, 8).write(folder, manifest, weights);
          NeuronProgram program = NeuronProgram.read(folder);
          new NeuronProgram(1, "inf2", NeuronType.FP32, NeuronType.FP32, 2, "x", program.buckets())
              .write(folder);
        };
    Path path =
        TestArtifacts.tiny().sequenceLength(8).moreFiles(shapes).write(directory.resolve("shapes"));
    try (Artifact wrong = Artifact.open(path);
        NrtCoreFactory factory = NrtCoreFactory.create(wrong, options)) {
      assertThatThrownBy(() -> factory.open(0))
          .hasMessageContaining("no input that could be embeddings");
    }
  }

  @Test
  void aProgramTooShortForTheModelIsRefused() throws Exception {
    Path path =
        TestArtifacts.tiny()
            .moreFiles(FakeProgram.of(NeuronType.FP32, BATCH, 8, 32))
            .write(directory.resolve("short"));
    try (Artifact tooShort = Artifact.open(path)) {
      assertThatThrownBy(() -> NrtCoreFactory.create(tooShort, options))
          .isInstanceOf(ArtifactException.class)
          .hasMessageContaining("32 tokens where the manifest promises 64");
    }
  }

  @Test
  void transfersThatFailFailTheBatchAsTheirStatusSays() throws Exception {
    try (NrtCoreFactory factory = NrtCoreFactory.create(artifact, options);
        NeuronCore core = factory.open(0)) {
      FakeNrt.configure("write_status=4");
      assertThatThrownBy(() -> core.infer(batch(5)))
          .hasMessageContaining("nrt_tensor_write on NeuronCore 0");
      FakeNrt.configure("read_status=1203");
      assertThatThrownBy(() -> core.infer(batch(5)))
          .hasMessageContaining("nrt_tensor_read on NeuronCore 0");
    }
  }
}
