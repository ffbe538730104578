package io.ganglion.compiler.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.ganglion.core.cpu.InputStatistics;
import io.ganglion.runtime.model.Activation;
import io.ganglion.runtime.model.WeightSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MatrixQuantizerTest {
  private static final int INPUTS = 24;
  private static final int OUTPUTS = 6;
  private static final int CALIBRATED = 200;

  private final Random random = new Random(11);
  private final float[] weight = row(INPUTS * OUTPUTS, x -> 0.02 * x);

  @Test
  void stepsReachWhatWordsThatCalibrationHasNotSeenBring() throws Exception {
    MatrixScales scales =
        MatrixQuantizer.choose("m", statistics(rows(CALIBRATED, x -> x)), weight, Activation.NONE);
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
  void stepsAfterAGeluCoverLittleMoreThanWhatIsPositive() throws Exception {
    List<float[]> rows = rows(CALIBRATED, MatrixQuantizerTest::gelu);
    MatrixScales plain = MatrixQuantizer.choose("m", statistics(rows), weight, Activation.NONE);
    MatrixScales shifted = MatrixQuantizer.choose("m", statistics(rows), weight, Activation.GELU_TANH);
    assertThat(shifted.error()).isLessThan(plain.error());
    for (int i = 0; i < INPUTS; i++) {
      float scale = shifted.inputScale()[i];
      float zero = WeightSchema.zeroPoint(scale, Activation.GELU_TANH);
      assertThat(Activation.GELU_TANH.lowest() / scale + zero).isGreaterThanOrEqualTo(-0.01f);
      for (float[] row : rows) {
        assertThat(row[i] / scale + zero).isBetween(0f, 255f);
      }
    }
  }

  @Test
  void stepsAfterAGeluAreEqualUnlessAColumnStandsOut() throws Exception {
    List<float[]> rows = rows(CALIBRATED, MatrixQuantizerTest::gelu);
    assertThat(different(MatrixQuantizer.choose("m", statistics(rows), weight, Activation.GELU_TANH))).isOne();
    rows.forEach(row -> row[3] *= 100);
    assertThat(different(MatrixQuantizer.choose("m", statistics(rows), weight, Activation.GELU_TANH)))
        .isEqualTo(INPUTS);
  }

  private static long different(MatrixScales scales) {
    return IntStream.range(0, INPUTS).mapToObj(i -> scales.inputScale()[i]).distinct().count();
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

  private static double gelu(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }
}
