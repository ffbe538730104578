package io.ganglion.core.nrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.NativeLibrary;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.CoreFault;
import io.ganglion.runtime.core.CoreFault.Scope;
import io.ganglion.runtime.core.NeuronCore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which cores can be opened, depending on library, environment and program. */
class NrtCoreFactoryTest extends NrtTest {
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

  /** Opening fails with something other than a {@link CoreFault}, after the NEFFs were loaded. */
  @Test
  void aCoreWhoseTensorsAreTooLargeLeavesNothingLoaded() throws Exception {
    TestArtifacts.MoreFiles huge =
        (folder, manifest, weights) -> {
          FakeProgram.of(NeuronType.FP32, BATCH, 8).write(folder, manifest, weights);
          NeuronProgram program = NeuronProgram.read(folder);
          new NeuronProgram(
                  1, "inf2", NeuronType.FP32, NeuronType.FP32, 1 << 26, "x", program.buckets())
              .write(folder);
        };
    Path path =
        TestArtifacts.tiny().sequenceLength(8).moreFiles(huge).write(directory.resolve("huge"));
    try (Artifact large = Artifact.open(path);
        NrtCoreFactory factory = NrtCoreFactory.create(large, options)) {
      assertThatThrownBy(() -> factory.open(0)).isInstanceOf(ArithmeticException.class);
      assertThat(FakeNrt.counter("live_models")).isZero();
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
}
