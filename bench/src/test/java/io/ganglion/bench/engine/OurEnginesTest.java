package io.ganglion.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.bench.workload.Batch;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.ReferenceEncoder;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OurEnginesTest {
  private static final float TOLERANCE = 2e-4f;

  @TempDir private Path directory;
  private Path artifact;
  private List<TokenSequence> inputs;
  private Batch batch;

  @BeforeEach
  void writeAnArtifact() throws Exception {
    artifact = TestArtifacts.tiny().write(directory.resolve("artifact"));
    inputs = TestArtifacts.tiny().inputs(7);
    batch =
        new Batch(
            IntStream.range(0, inputs.size()).boxed().toList(), inputs, TokenBatch.of(inputs));
  }

  @Test
  void everyWorkerGivesTheModelsLogits() throws Exception {
    try (Artifact opened = Artifact.open(artifact);
        CoreEngine engine = new CoreEngine(artifact, 2)) {
      assertThat(engine.workers()).isEqualTo(2);
      ReferenceEncoder reference = ReferenceEncoder.of(opened);
      for (int worker = 0; worker < engine.workers(); worker++) {
        assertAnswers(engine, worker, reference);
      }
    }
  }

  private void assertAnswers(Engine engine, int index, ReferenceEncoder reference)
      throws Exception {
    try (Engine.Worker worker = engine.open(index)) {
      float[][] rows = worker.infer(batch);
      assertThat(rows).hasNumberOfRows(inputs.size());
      for (int i = 0; i < rows.length; i++) {
        float[] expected = reference.outputs(inputs.get(i));
        for (int label = 0; label < expected.length; label++) {
          assertThat(rows[i][label]).isCloseTo(expected[label], within(TOLERANCE));
        }
      }
    }
  }

  @Test
  void aRooflineAnswersNothing() throws Exception {
    try (RooflineEngine engine = new RooflineEngine(artifact, 2);
        Engine.Worker worker = engine.open(0)) {
      assertThat(engine.workers()).isEqualTo(2);
      assertThat(worker.infer(batch)).isEmpty();
    }
  }

  @Test
  void productsOfOneGroupHaveOneWorker() throws Exception {
    try (RooflineEngine engine = RooflineEngine.inOneGroup(artifact);
        Engine.Worker worker = engine.open(0)) {
      assertThat(engine.workers()).isEqualTo(1);
      assertThat(worker.infer(batch)).isEmpty();
    }
  }

  @Test
  void anArtifactThatIsNotThereIsNamed() {
    Path nowhere = directory.resolve("nowhere");

    assertThatThrownBy(() -> new CoreEngine(nowhere, 1))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(nowhere.toString());
    assertThatThrownBy(() -> new RooflineEngine(nowhere, 1))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(nowhere.toString());
  }
}
