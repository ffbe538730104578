package io.ganglion.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ganglion.bench.engine.Engine;
import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.model.ModelException;
import io.ganglion.bench.workload.Batch;
import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.ModelManifest;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceOutputTest {
  private static final float[] ROW = {3, 1};

  private final ModelManifest manifest = TestArtifacts.tiny().manifest();

  @TempDir private Path directory;
  private Path artifact;
  private float[] golden;

  @BeforeEach
  void writeAnArtifact() throws Exception {
    artifact = TestArtifacts.tiny().write(directory.resolve("artifact"));
    try (Artifact opened = Artifact.open(artifact)) {
      golden = opened.golden().outputs().get(0);
    }
  }

  @Test
  void logitsBecomeProbabilities() throws Exception {
    SourceOutput output = SourceOutput.of(artifact, manifest);
    output.learn(engine(golden));

    assertThat(output.apply(ROW)).isEqualTo(manifest.answer(ROW));
  }

  @Test
  void probabilitiesStayAsTheyAre() throws Exception {
    SourceOutput output = SourceOutput.of(artifact, manifest);
    output.learn(engine(manifest.answer(golden)));

    assertThat(output.apply(ROW)).isSameAs(ROW);
  }

  @Test
  void aSourceThatGivesNeitherIsRefused() throws Exception {
    SourceOutput output = SourceOutput.of(artifact, manifest);

    assertThatThrownBy(() -> output.learn(engine(new float[] {golden[0] + 1, golden[1] - 1})))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("golden inputs");
    assertThatThrownBy(() -> output.learn(engine(new float[] {1})))
        .isInstanceOf(EngineException.class);
  }

  @Test
  void anArtifactThatIsNotThereIsNamed() {
    Path nowhere = directory.resolve("nowhere");

    assertThatThrownBy(() -> SourceOutput.of(nowhere, manifest))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(nowhere.toString());
  }

  private static Engine engine(float[] row) {
    return new Engine() {
      @Override
      public int workers() {
        return 1;
      }

      @Override
      public Worker open(int index) {
        return new Worker() {
          @Override
          public float[][] infer(Batch batch) {
            return new float[][] {row};
          }

          @Override
          public void close() {}
        };
      }

      @Override
      public void close() {}
    };
  }
}
