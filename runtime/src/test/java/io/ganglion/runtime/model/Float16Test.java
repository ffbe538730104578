package io.ganglion.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Float16Test {
  @Test
  void everyHalfSurvivesTheWayToFloatAndBack() {
    for (int half = 0; half < 1 << 16; half++) {
      float value = Float16.toFloat((short) half);
      if (!Float.isNaN(value)) {
        assertThat(Float16.of(value)).isEqualTo((short) half);
      }
    }
  }

  @Test
  void aFloatBecomesTheNearestHalfAndTiesGoToEven() {
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      float value = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(44) - 27));
      short half = Float16.of(value);
      double error = Math.abs((double) Float16.toFloat(half) - value);
      for (int neighbour : new int[] {half - 1, half + 1}) {
        float other = Float16.toFloat((short) neighbour);
        if (Float.isFinite(other) && Float.isFinite(Float16.toFloat(half))) {
          double otherError = Math.abs((double) other - value);
          assertThat(error < otherError || (error == otherError && (half & 1) == 0))
              .as("%s", value)
              .isTrue();
        }
      }
    }
    assertThat(Float16.of(65519f)).isEqualTo((short) 0x7bff);
    assertThat(Float16.of(65520f)).isEqualTo((short) 0x7c00);
    assertThat(Float16.of(-10000f)).isEqualTo((short) 0xf0e2);
    assertThat(Float16.toFloat((short) 0xf0e2)).isEqualTo(-10000f);
  }

  @Test
  void notANumberStaysNotANumber() {
    assertThat(Float16.toFloat(Float16.of(Float.NaN))).isNaN();
  }
}
