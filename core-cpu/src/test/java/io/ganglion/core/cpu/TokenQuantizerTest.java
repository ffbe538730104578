package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.runtime.artifact.Artifact;
import io.ganglion.runtime.artifact.TestArtifacts;
import io.ganglion.runtime.model.ModelDimensions;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Random;
import org.bytedeco.dnnl.global.dnnl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenQuantizerTest {
  private static final int ROWS = 8;
  private static final float LOWEST = -0.171f;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {24, 55, 64, 96})
  void eachTokenIsAsAccurateAsItsOwnRangeAllows(int columns) throws Exception {
    float[][] rows = rows(columns);
    Quantized quantized = quantize(rows, TokenRange.SIGNED);
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < columns; i++) {
        assertThat((double) quantized.value(r, i))
            .as("row %d, column %d", r, i)
            .isCloseTo(rows[r][i], within(0.51 * quantized.scales[r]));
      }
      // The least step that holds the row; so a token a million times as large costs nothing.
      assertThat((double) quantized.scales[r])
          .isCloseTo(peak(rows[r]) / 127, within(1e-8 * peak(rows[r])));
    }
  }

  @Test
  void whatHasALowerBoundGetsMostStepsAboveZero() throws Exception {
    float[][] rows = rows(64);
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = Math.max(row[i], LOWEST);
      }
    }
    Quantized quantized = quantize(rows, TokenRange.notBelow(LOWEST));
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < rows[r].length; i++) {
        assertThat((double) quantized.value(r, i))
            .as("row %d, column %d", r, i)
            .isCloseTo(rows[r][i], within(0.51 * quantized.scales[r]));
      }
      assertThat((double) quantized.scales[r])
          .isLessThanOrEqualTo(Math.max(peak(rows[r]) / 230, 0.0072));
    }
  }

  @Test
  void aRowOfZerosIsZeroAndARowThatOverflowsIsNotFinite() throws Exception {
    float[][] rows = rows(64);
    rows[1] = new float[64];
    rows[3][7] = Float.POSITIVE_INFINITY;
    Quantized quantized = quantize(rows, TokenRange.SIGNED);
    assertThat(quantized.value(1, 5)).isZero();
    assertThat(quantized.scales[3]).isInfinite();
    assertThat(quantized.scales[2]).isFinite();
  }

  @Test
  void aBoundFarBelowZeroGetsHalfOfTheSteps() {
    assertThat(TokenRange.notBelow(-1).zero()).isEqualTo(TokenRange.MIDDLE);
    assertThat(TokenRange.notBelow(0).zero()).isZero();
    assertThat(TokenRange.notBelow(0).scale(255)).isEqualTo(1);
  }

  private static final class Quantized {
    private final int zero;
    private final float[] scales;
    private final byte[][] steps;

    Quantized(int zero, float[] scales, byte[][] steps) {
      this.zero = zero;
      this.scales = scales;
      this.steps = steps;
    }

    float value(int row, int column) {
      return ((steps[row][column] & 0xff) - zero) * scales[row];
    }
  }

  private Quantized quantize(float[][] rows, TokenRange range) throws Exception {
    int columns = rows[0].length;
    Path model =
        TestArtifacts.of(new ModelDimensions(160, 40, 1, 96, 2, 2, 96))
            .write(directory.resolve("model"));
    try (Artifact artifact = Artifact.open(model);
        NativeScope scope = new NativeScope();
        Scratch scratch = new Scratch();
        ModelLoader loader =
            new ModelLoader(scope, artifact.manifest(), artifact.weights(), Dnnl.isa())) {
      Workspace workspace = new Workspace(scope, loader.load(), ROWS);
      NativeBuffer from = scope.buffer((long) ROWS * columns * Float.BYTES);
      NativeBuffer to = scope.buffer((long) ROWS * columns);
      FloatBuffer values = from.view().asFloatBuffer();
      for (float[] row : rows) {
        values.put(row);
      }
      TokenQuantizer quantizer =
          new TokenQuantizer(scope, scratch, workspace, ROWS, new HashMap<>());
      var stream = Dnnl.newStream();
      scope.onClose(() -> dnnl.dnnl_stream_destroy(stream));
      Step[] steps = quantizer.steps(range, from, DnnlType.F32, columns, to).toArray(Step[]::new);
      Step.runAll(steps, stream, null, ROWS);
      float[] scales = new float[ROWS];
      workspace.tokenScales().view().asFloatBuffer().get(scales);
      byte[][] quantized = new byte[ROWS][columns];
      ByteBuffer bytes = to.view();
      for (byte[] row : quantized) {
        bytes.get(row);
      }
      return new Quantized(range.zero(), scales, quantized);
    }
  }

  /** Rows whose sizes differ a million times. */
  private static float[][] rows(int columns) {
    Random random = new Random(columns);
    float[][] rows = new float[ROWS][columns];
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < columns; i++) {
        rows[r][i] = (float) (random.nextGaussian() * Math.pow(10, r - 3));
      }
    }
    return rows;
  }

  private static double peak(float[] row) {
    double peak = 0;
    for (float value : row) {
      peak = Math.max(peak, Math.abs(value));
    }
    return peak;
  }
}
