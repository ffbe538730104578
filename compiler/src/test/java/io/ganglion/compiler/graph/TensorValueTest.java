package io.ganglion.compiler.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorValueTest {
  @Test
  void theLastStoredElementStandsForAllThatFollow() {
    TensorValue value = TensorValue.floats(new long[] {2, 3}, 1, 2);
    assertThat(value.elements()).isEqualTo(6);
    assertThat(value.toFloats()).containsExactly(1, 2, 2, 2, 2, 2);
    assertThat(value.at(5)).isEqualTo(2);
  }

  @Test
  void aTensorOfNothingIsZero() {
    TensorValue value = TensorValue.floats(new long[] {4});
    assertThat(value.toFloats()).containsExactly(0, 0, 0, 0);
  }

  @Test
  void aFilledTensorOfAlmostTwoGigabytesIsSmall() {
    TensorValue value = TensorValue.floats(new long[] {23_000, 23_000}, 7);
    assertThat(value.elements()).isEqualTo(529_000_000);
    assertThat(value.at(528_999_999)).isEqualTo(7);
    assertThat(value.bytes().remaining()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 29, 1L << 31, 1L << 40})
  void aConstantBeyondTwoGigabytesIsRefused(long size) {
    assertThatThrownBy(() -> TensorValue.floats(new long[] {size}, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("beyond 2 GiB");
  }

  @Test
  void aShapeWhoseProductOverflowsIsRefused() {
    assertThatThrownBy(() -> TensorValue.floats(new long[] {1L << 40, 1L << 40}, 1))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> TensorValue.floats(new long[] {3, -1}, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("negative size: -1");
  }

  @Test
  void moreElementsThanTheShapeHasAreRefused() {
    assertThatThrownBy(() -> TensorValue.floats(new long[] {2}, 1, 2, 3))
        .hasMessageContaining("12 bytes do not make a constant of FLOAT [2]");
    assertThatThrownBy(() -> TensorValue.floats(new long[] {0}, 1))
        .hasMessageContaining("do not make a constant");
  }

  @Test
  void bytesThatAreNoWholeElementsAreRefused() {
    assertThatThrownBy(
            () -> TensorValue.of(ElementType.INT32, new long[] {2}, ByteBuffer.allocate(7)))
        .hasMessageContaining("7 bytes do not make a constant of INT32");
  }

  @Test
  void whatHasNoNumbersCannotBeMadeOfBytes() {
    for (ElementType type : List.of(ElementType.STRING, ElementType.RESOURCE, ElementType.OTHER)) {
      assertThatThrownBy(() -> TensorValue.of(type, new long[] {1}, ByteBuffer.allocate(4)))
          .as(type.name())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void textsAreKeptAndCounted() {
    TensorValue texts = TensorValue.ofTexts(new long[] {3}, List.of("a", "b"));
    assertThat(texts.texts()).containsExactly("a", "b");
    assertThat(texts.isNumber()).isFalse();
    assertThatThrownBy(() -> TensorValue.ofTexts(new long[] {1}, List.of("a", "b")))
        .hasMessageContaining("2 texts do not fit the shape [1]");
  }

  @Test
  void theShapeThatIsGivenIsACopyBothWays() {
    long[] shape = {2};
    TensorValue value = TensorValue.floats(shape, 1, 2);
    shape[0] = 7;
    value.shape()[0] = 9;
    assertThat(value.shape()).containsExactly(2);
    value.bytes().getFloat();
    assertThat(value.bytes().remaining()).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"FLOAT", "DOUBLE", "INT32", "INT64", "INT16", "INT8", "UINT8", "BOOL"})
  void numbersOfEveryTypeAreReadBack(ElementType type) {
    SplittableRandom random = new SplittableRandom(type.number());
    for (int i = 0; i < 100; i++) {
      int number = type == ElementType.BOOL ? random.nextInt(2) : random.nextInt(128);
      ByteBuffer bytes = ByteBuffer.allocate(2 * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      bytes.position(type.bytes());
      switch (type) {
        case FLOAT -> bytes.putFloat(number);
        case DOUBLE -> bytes.putDouble(number);
        case INT32 -> bytes.putInt(number);
        case INT64 -> bytes.putLong(number);
        case INT16 -> bytes.putShort((short) number);
        default -> bytes.put((byte) number);
      }
      TensorValue value = TensorValue.of(type, new long[] {2}, bytes.flip());
      assertThat(value.at(0)).isZero();
      assertThat(value.at(1)).as(type + " " + number).isEqualTo(number);
    }
  }

  @ParameterizedTest
  @CsvSource({"INT8,-128", "INT16,-32768", "INT32,-2147483648", "INT64,-4503599627370496"})
  void negativeNumbersKeepTheirSign(ElementType type, long number) {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number);
    TensorValue value = TensorValue.of(type, new long[0], bytes.flip().slice(0, type.bytes()));
    assertThat(value.at(0)).isEqualTo((double) number);
  }

  @Test
  void aByteWithoutSignHasNone() {
    TensorValue value =
        TensorValue.of(ElementType.UINT8, new long[0], ByteBuffer.wrap(new byte[] {-1}));
    assertThat(value.at(0)).isEqualTo(255);
  }

  @Test
  void everyHalfIsReadAsTheJdkReadsIt() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      double read = sixteen(ElementType.HALF, bits);
      int exponent = bits >> 10 & 0x1f;
      double fraction = bits & 0x3ff;
      double magnitude =
          exponent == 0 ? fraction / (1 << 24) : Math.pow(2, exponent - 15) * (1 + fraction / 1024);
      double expected = (bits & 0x8000) != 0 ? -magnitude : magnitude;
      if (exponent < 0x1f) {
        assertThat(read).as("half %04x", bits).isEqualTo(expected);
      } else if (fraction == 0) {
        assertThat(Double.isInfinite(read)).as("half %04x", bits).isTrue();
      } else {
        assertThat(read).as("half %04x", bits).isNaN();
      }
    }
  }

  @Test
  void aBfloatIsTheUpperHalfOfAFloat() {
    for (float value : new float[] {0, 1, -1, 3.5f, -0x1p-100f, 0x1.fep127f}) {
      assertThat(sixteen(ElementType.BFLOAT16, Float.floatToIntBits(value) >>> 16))
          .isEqualTo(value);
    }
  }

  @Test
  void typesKeepTheirNumbers() {
    for (ElementType type : ElementType.values()) {
      assertThat(ElementType.of(type.number())).isEqualTo(type);
    }
    assertThat(ElementType.of(9999)).isEqualTo(ElementType.OTHER);
    assertThat(ElementType.of(-1)).isEqualTo(ElementType.OTHER);
  }

  private static double sixteen(ElementType type, int bits) {
    ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    return TensorValue.of(type, new long[0], bytes.putShort((short) bits).flip()).at(0);
  }
}
