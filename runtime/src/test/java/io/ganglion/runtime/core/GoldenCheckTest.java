package io.ganglion.runtime.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenCheckTest {
  @TempDir Path directory;

  @Test
  void aRightCorePassesWithAnyBatchSize() throws Exception {
    for (int batchSize = 1; batchSize <= 5; batchSize++) {
      GoldenCheck.Result result = check(TestArtifacts.tiny().batchSize(batchSize));
      assertThat(result.passed()).isTrue();
      assertThat(result.inputs()).isEqualTo(4);
      assertThat(result.largestDifference()).isZero();
    }
  }

  @Test
  void aWrongCoreFailsAndTheWorstInputIsNamed() throws Exception {
    TestArtifacts wrong = TestArtifacts.tiny();
    float[][] rows = {{0, 0}, {0, 0}, {0, 50}, {0, 0}};
    int[] next = new int[1];
    GoldenCheck.Result result =
        check(
            wrong.golden(
                input -> {
                  return rows[next[0]++];
                }));
    assertThat(result.passed()).isFalse();
    assertThat(result.largestDifference()).isGreaterThan(0.01);
    assertThat(result.summary()).contains("input " + result.input(), "beyond", "1.00e-05");
  }

  @Test
  void aCoreWithoutANumberFails() throws Exception {
    Path model = TestArtifacts.tiny().write(directory.resolve("model"));
    try (Artifact artifact = Artifact.open(model);
        ReferenceCore right = new ReferenceCore(artifact, 0)) {
      NeuronCore silent =
          new NeuronCore() {
            @Override
            public CoreInfo info() {
              return right.info();
            }

            @Override
            public Outputs infer(TokenBatch batch) {
              return Outputs.ofSequences(new float[] {0, Float.NaN, 0, 0, 0, 0, 0, 0}, 2);
            }

            @Override
            public void close() {}
          };
      GoldenCheck.Result result = GoldenCheck.run(silent, artifact.golden(), artifact.manifest());
      assertThat(result.passed()).isFalse();
      assertThat(result.largestDifference()).isInfinite();
    }
  }

  private GoldenCheck.Result check(TestArtifacts model) throws Exception {
    Path path = model.write(directory.resolve("model-" + model.manifest().batchSize()));
    try (Artifact artifact = Artifact.open(path);
        ReferenceCore core = new ReferenceCore(artifact, 0)) {
      return GoldenCheck.run(core, artifact.golden(), artifact.manifest());
    }
  }
}
