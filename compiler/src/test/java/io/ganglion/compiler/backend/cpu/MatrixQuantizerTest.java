package io.ganglion.compiler.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.core.cpu.InputStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class MatrixQuantizerTest {
  private static final int INPUTS = 24;
  private static final int OUTPUTS = 6;
  private static final int CALIBRATED = 200;

  private static final float[] NOTHING = new float[INPUTS];

  private final Random random = new Random(11);
  private final float[] weight = row(INPUTS * OUTPUTS, x -> 0.02 * x);

  @Test
  void stepsReachWhatWordsThatCalibrationHasNotSeenBring() throws Exception {
    MatrixScales scales =
        MatrixQuantizer.byColumn("m", statistics(rows(CALIBRATED, x -> x)), weight, NOTHING);
    long beyond = 0;
    List<float[]> others = rows(20_000, x -> x);
    for (float[] row : others) {
      for (int i = 0; i < INPUTS; i++) {
        beyond += Math.abs(row[i] / scales.inputScale()[i]) > 127.5 ? 1 : 0;
      }
    }
    assertThat((double) beyond / (others.size() * INPUTS)).isLessThan(1e-4);
  }

  @Test
  void stepsReachWhatMayBeAdded() throws Exception {
    float[] added = row(INPUTS, x -> 3 * x);
    List<float[]> rows = rows(CALIBRATED, x -> x);
    float[] scale = MatrixQuantizer.byColumn("m", statistics(rows), weight, added).inputScale();
    for (float[] row : rows) {
      for (int i = 0; i < INPUTS; i++) {
        assertThat(Math.abs(row[i])).isLessThan(127.5f * scale[i]);
        assertThat(Math.abs(row[i] + added[i])).isLessThan(127.5f * scale[i]);
      }
    }
  }

  @Test
  void aFewTokensThatAreManyTimesAsLargeLeaveTheOthersAccurate() throws Exception {
    List<float[]> rows = rows(CALIBRATED, x -> x);
    for (int i = 0; i < rows.size(); i += 50) {
      for (int column = 0; column < INPUTS; column++) {
        rows.get(i)[column] *= 100;
      }
    }
    MatrixScales columns = MatrixQuantizer.byColumn("m", statistics(rows), weight, NOTHING);
    MatrixScales tokens = MatrixQuantizer.byToken("m", statistics(rows), weight);
    assertThat(tokens.inputScale()).containsOnly(1);
    assertThat(tokens.error()).isLessThan(columns.error() / 2);
  }

  private static InputStatistics statistics(List<float[]> rows) {
    InputStatistics statistics = new InputStatistics(INPUTS, 16);
    rows.forEach(row -> statistics.add(row, 1));
    return statistics;
  }

  private List<float[]> rows(int count, DoubleUnaryOperator of) {
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(INPUTS, of));
    }
    return rows;
  }

  private float[] row(int size, DoubleUnaryOperator of) {
    float[] row = new float[size];
    for (int i = 0; i < size; i++) {
      row[i] = (float) of.applyAsDouble(random.nextGaussian());
    }
    return row;
  }
}
