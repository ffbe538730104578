package io.ganglion.core.nrt;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Base of tests with a small model over the fake runtime. After each test nothing may be left in
 * the runtime.
 */
abstract class NrtTest {
  static final int BATCH = 4;

  @TempDir Path directory;

  NrtOptions options;
  Artifact artifact;
  TestArtifacts model;

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

  static TokenBatch batch(int... lengths) {
    List<TokenSequence> sequences = new ArrayList<>();
    for (int length : lengths) {
      sequences.add(new TokenSequence(new int[length], new int[length]));
    }
    return TokenBatch.of(sequences);
  }
}
