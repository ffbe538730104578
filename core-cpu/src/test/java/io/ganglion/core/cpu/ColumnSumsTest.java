package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ColumnSumsTest {
  private static final double[] FACTORS = {0.5, -3};
  private static final int[][] WEIGHT = {{1, -2, 3}, {-4, 5, 6}};

  @ParameterizedTest
  @EnumSource(value = DnnlType.class, mode = EnumSource.Mode.EXCLUDE, names = "U8")
  void eachInputCountsByItsFactor(DnnlType type) {
    ByteBuffer weight = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
    for (int[] row : WEIGHT) {
      for (int value : row) {
        put(weight, type, value);
      }
    }
    assertThat(ColumnSums.of(weight, type, FACTORS, 3)).containsExactly(12.5, -16, -16.5);
  }

  private static void put(ByteBuffer weight, DnnlType type, int value) {
    switch (type) {
      case F32 -> weight.putFloat(value);
      case BF16 -> weight.putShort((short) (Float.floatToIntBits(value) >>> 16));
      case S8 -> weight.put((byte) value);
      case U8 -> throw new IllegalArgumentException("No matrix is stored in u8.");
    }
  }
}
