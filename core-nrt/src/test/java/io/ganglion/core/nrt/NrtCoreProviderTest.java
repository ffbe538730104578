package io.ganglion.core.nrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.ArtifactException;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.CoreOptions;
import io.ganglion.runtime.core.CoreProvider;
import io.ganglion.runtime.core.CoreProviderContract;
import io.ganglion.runtime.core.CoreSet;
import io.ganglion.runtime.core.Probe;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.model.Pooling;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NrtCoreProviderTest extends CoreProviderContract {
  private static final int BATCH = 4;

  @TempDir Path folder;
  private Artifact artifact;

  @BeforeEach
  void open() throws Exception {
    FakeNrt.library();
    artifact =
        Artifact.open(
            TestArtifacts.tiny()
                .moreFiles(FakeProgram.of(NeuronType.FP32, BATCH, 24, 64))
                .write(folder.resolve("model")));
  }

  @AfterEach
  void everythingWasGivenBack() {
    artifact.close();
    assertThat(FakeNrt.counter("live_models")).isZero();
    assertThat(FakeNrt.counter("live_tensors")).isZero();
    assertThat(FakeNrt.counter("initialised")).isZero();
  }

  @Override
  protected CoreProvider provider() {
    return new NrtCoreProvider();
  }

  @Override
  protected Artifact artifact() {
    return artifact;
  }

  @Override
  protected CoreOptions options() {
    return CoreOptions.DEFAULT.with(NrtCoreProvider.LIBRARY, FakeNrt.library().toString());
  }

  @Test
  void anArtifactWithoutAProgramIsNotForIt() throws Exception {
    try (Artifact plain = Artifact.open(TestArtifacts.tiny().write(folder.resolve("plain")))) {
      Probe probe = provider().probe(plain, options());
      assertThat(probe.usable()).isFalse();
      assertThat(probe.reason()).contains("no program for NeuronCores");
    }
  }

  @Test
  void aModelThatIsNoClassifierIsNotForItAndTheReasonNamesItsTask() throws Exception {
    TestArtifacts embedding = TestArtifacts.tiny().embedding(Pooling.MEAN, true);
    String reason = refusal(embedding, "embedding");
    assertThat(reason).contains("sequence embedding (pooling mean)");
    assertThat(refusal(TestArtifacts.tiny().tokens("O", "PER"), "tokens"))
        .contains("token classification");
  }

  @Test
  void aModelWithNarrowEmbeddingsIsNotForIt() throws Exception {
    ModelDimensions narrow = new ModelDimensions(160, 64, 2, 16, 32, 2, 2, 64);
    assertThat(refusal(TestArtifacts.of(narrow), "narrow")).contains("16 columns", "32");
  }

  /** Why an artifact that has a program all the same is refused, before and when it is opened. */
  private String refusal(TestArtifacts model, String name) throws Exception {
    model.moreFiles(FakeProgram.of(NeuronType.FP32, BATCH, 64));
    try (Artifact other = Artifact.open(model.write(folder.resolve(name)))) {
      Probe probe = provider().probe(other, options());
      assertThat(probe.usable()).isFalse();
      assertThatThrownBy(() -> provider().open(other, options()))
          .isInstanceOf(ArtifactException.class)
          .hasMessageContaining(probe.reason());
      return probe.reason();
    }
  }

  @Test
  void aProgramForInf1IsNotForIt() throws Exception {
    NeuronProgram program = NeuronProgram.read(artifact.directory());
    new NeuronProgram(
            program.format(),
            "inf1",
            program.type(),
            program.logitsType(),
            program.batchSize(),
            program.compiler(),
            program.buckets())
        .write(artifact.directory());
    assertThat(provider().probe(artifact, options()).reason()).contains("inf1");
  }

  @Test
  void severalExecutionsShareACoreAndALargerBatchIsLoweredToTheNeffs() throws Exception {
    CoreOptions many = new CoreOptions(2, 3, 2 * BATCH, options().named());
    try (CoreSet cores = provider().open(artifact, many)) {
      assertThat(cores.cores()).isEqualTo(2);
      assertThat(cores.executions()).isEqualTo(6);
      assertThat(cores.batchRequests()).isEqualTo(BATCH);
      assertThat(cores.lengthBuckets()).containsExactly(24, 64);
      assertThat(cores.notes()).anyMatch(note -> note.contains("lowered"));
    }
  }

  @Test
  void theOptionsAreReadByTheirNames() {
    CoreOptions options =
        new CoreOptions(3, 1, 0, Map.of("libnrt", "/x/libnrt.so", "nrt-nan-policy", "Strict"));
    NrtOptions read = NrtCoreProvider.nrtOptions(options);
    assertThat(read.library()).contains(Path.of("/x/libnrt.so"));
    assertThat(read.nanPolicy()).isEqualTo(NanPolicy.STRICT);
    assertThat(read.cores()).isEqualTo(3);
    assertThat(NrtCoreProvider.nrtOptions(CoreOptions.DEFAULT)).isEqualTo(NrtOptions.defaults());
  }
}
