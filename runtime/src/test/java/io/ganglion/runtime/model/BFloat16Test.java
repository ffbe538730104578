package io.ganglion.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BFloat16Test {
  @Test
  void everyBFloat16IsItself() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = BFloat16.toFloat((short) bits);
      if (Float.isNaN(value)) {
        assertThat(BFloat16.toFloat(BFloat16.of(value))).isNaN();
      } else {
        assertThat(BFloat16.of(value)).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void roundsToTheNearestAndToTheEvenOfTwo() {
    Random random = new Random(9);
    for (int i = 0; i < 200_000; i++) {
      int bits = i % 4 == 0 ? (random.nextInt() & 0xffff0000) | 0x8000 : random.nextInt();
      float value = Float.intBitsToFloat(bits);
      if (Float.isNaN(value)) {
        continue;
      }
      float below = BFloat16.toFloat((short) (bits >>> 16)); // towards zero
      float above = BFloat16.toFloat((short) ((bits >>> 16) + 1));
      if (Float.isInfinite(above) || Float.isNaN(above)) {
        continue;
      }
      double toBelow = Math.abs((double) value - below);
      double toAbove = Math.abs((double) value - above);
      boolean up = toAbove < toBelow || (toAbove == toBelow && ((bits >>> 16) & 1) == 1);
      assertThat(BFloat16.toFloat(BFloat16.of(value))).isEqualTo(up ? above : below);
    }
  }

  @Test
  void keepsWhatIsNoNumberAndOverflowsToInfinity() {
    assertThat(BFloat16.toFloat(BFloat16.of(Float.intBitsToFloat(0x7f800001)))).isNaN();
    assertThat(BFloat16.toFloat(BFloat16.of(Float.intBitsToFloat(0xffffffff)))).isNaN();
    assertThat(BFloat16.toFloat(BFloat16.of(Float.MAX_VALUE))).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Float.floatToRawIntBits(BFloat16.toFloat(BFloat16.of(-0f)))).isEqualTo(1 << 31);
  }
}
