package io.ganglion.core.nrt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NeuronTypeTest {
  @Test
  void everyHalfSurvivesTheWayToFloatAndBack() {
    for (int half = 0; half < 1 << 16; half++) {
      float value = NeuronType.fromFp16((short) half);
      if (!Float.isNaN(value)) {
        assertThat(NeuronType.toFp16(value)).isEqualTo((short) half);
        assertThat(NeuronType.toBf16(NeuronType.fromBf16((short) half))).isEqualTo((short) half);
      }
    }
  }

  @Test
  void aFloatBecomesTheNearestHalfAndTiesGoToEven() {
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      float value = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(44) - 27));
      short half = NeuronType.toFp16(value);
      double error = Math.abs((double) NeuronType.fromFp16(half) - value);
      for (int neighbour : new int[] {half - 1, half + 1}) {
        float other = NeuronType.fromFp16((short) neighbour);
        if (Float.isFinite(other) && Float.isFinite(NeuronType.fromFp16(half))) {
          double otherError = Math.abs((double) other - value);
          assertThat(error < otherError || (error == otherError && (half & 1) == 0))
              .as("%s", value)
              .isTrue();
        }
      }
    }
    assertThat(NeuronType.toFp16(65519f)).isEqualTo((short) 0x7bff);
    assertThat(NeuronType.toFp16(65520f)).isEqualTo((short) 0x7c00);
    assertThat(NeuronType.toFp16(-10000f)).isEqualTo((short) 0xf0e2);
    assertThat(NeuronType.fromFp16((short) 0xf0e2)).isEqualTo(-10000f);
  }

  @Test
  void notANumberStaysNotANumber() {
    assertThat(NeuronType.fromFp16(NeuronType.toFp16(Float.NaN))).isNaN();
    assertThat(NeuronType.fromBf16(NeuronType.toBf16(Float.NaN))).isNaN();
    float loud = Float.intBitsToFloat(0x7f800001);
    assertThat(NeuronType.fromBf16(NeuronType.toBf16(loud))).isNaN();
  }

  @Test
  void whatIsPutIsGot() {
    float[] values = {0f, 1f, -2.5f, 0.15625f};
    for (NeuronType type : NeuronType.values()) {
      ByteBuffer buffer = ByteBuffer.allocate(values.length * type.bytes());
      type.put(buffer, values, values.length);
      float[] back = new float[values.length];
      type.get(buffer.flip(), back);
      assertThat(back).as("%s", type).isEqualTo(values);
    }
  }
}
