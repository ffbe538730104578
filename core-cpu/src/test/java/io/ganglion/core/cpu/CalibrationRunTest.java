package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.core.ReferenceEncoder;
import io.ganglion.runtime.core.TokenBatch;
import io.ganglion.runtime.model.ModelDimensions;
import io.ganglion.runtime.text.TokenSequence;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationRunTest {
  @TempDir Path directory;

  @Test
  void itSeesWhatEachMatrixReads() throws Exception {
    assertSeesInputs(TestArtifacts.tiny());
  }

  /** Rows of so many inputs have a gap between them. */
  @Test
  void itSeesInputsThatLieApart() throws Exception {
    assertSeesInputs(TestArtifacts.of(new ModelDimensions(40, 12, 2, 8, 2, 2, 1024)));
  }

  private void assertSeesInputs(TestArtifacts model) throws Exception {
    List<TokenSequence> inputs = model.inputs(6);
    try (Artifact artifact = Artifact.open(model.write(directory.resolve("model")));
        CpuCoreFactory factory = CpuCoreFactory.load(artifact, CpuOptions.DEFAULT);
        CalibrationRun run = CalibrationRun.open(factory, 5)) {
      run.add(TokenBatch.of(inputs));
      Map<String, double[]> largest = largestInReference(artifact, inputs);

      assertThat(run.statistics().keySet()).isEqualTo(largest.keySet());
      largest.forEach(
          (matrix, columns) -> {
            InputStatistics seen = run.statistics().get(matrix);
            assertThat(seen.samples()).hasSizeBetween(1, 5);
            for (int i = 0; i < columns.length; i++) {
              assertThat((double) seen.largest(i)).as(matrix).isCloseTo(columns[i], within(1e-4));
              assertThat(seen.meanSquare(i)).isBetween(0.0, columns[i] * columns[i] + 1e-4);
            }
          });
    }
  }

  /**
   * The number of rows: all tokens, except in the last layer, where only first tokens follow the
   * attention.
   */
  private static Map<String, double[]> largestInReference(
      Artifact artifact, List<TokenSequence> inputs) throws Exception {
    Map<String, double[]> largest = new HashMap<>();
    String last = "encoder." + (artifact.manifest().dimensions().layers() - 1);
    ReferenceEncoder reference =
        ReferenceEncoder.of(artifact)
            .observedBy(
                (matrix, rows) -> {
                  boolean firstOnly = matrix.startsWith(last) && !matrix.endsWith("qkv");
                  double[] columns =
                      largest.computeIfAbsent(matrix, m -> new double[rows[0].length]);
                  for (int row = 0; row < (firstOnly ? 1 : rows.length); row++) {
                    for (int i = 0; i < columns.length; i++) {
                      columns[i] = Math.max(columns[i], Math.abs(rows[row][i]));
                    }
                  }
                });
    for (TokenSequence input : inputs) {
      reference.outputs(input);
    }
    return largest;
  }
}
