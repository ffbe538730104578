package io.ganglion.compiler.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MatrixScalesTest {
  private static final int INPUTS = 40;
  private static final int OUTPUTS = 7;

  private final Random random = new Random(5);

  @Test
  void whatTheBiasGivesBackMakesTheMeanInputExact() {
    float[] weight = gaussian(INPUTS * OUTPUTS);
    float[] mean = gaussian(INPUTS);
    float[] inputScale = new float[INPUTS];
    Arrays.fill(inputScale, 0.02f);
    float[] weightScale = new float[OUTPUTS];
    Arrays.fill(weightScale, 0.0015f);
    MatrixScales scales = new MatrixScales(inputScale, weightScale, mean, 0);

    byte[] quantized = scales.quantize(weight);
    float[] lost = scales.lostOnTheMean(weight);

    for (int o = 0; o < OUTPUTS; o++) {
      double exact = 0;
      double rounded = 0;
      for (int i = 0; i < INPUTS; i++) {
        int at = i * OUTPUTS + o;
        exact += mean[i] * weight[at];
        rounded += mean[i] * quantized[at] * weightScale[o] / inputScale[i];
      }
      assertThat(Math.abs(exact - rounded)).isGreaterThan(1e-4);
      assertThat(rounded + lost[o]).isCloseTo(exact, within(1e-5));
    }
  }

  private float[] gaussian(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
