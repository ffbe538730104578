package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The trial's data have the needed properties, on any CPU. */
class DnnlTrialTest {
  @ParameterizedTest
  @EnumSource(
      value = DnnlType.class,
      names = {"F32", "BF16"})
  void aSumOfFloatsInAnotherOrderHasOtherBits(DnnlType type) {
    MatmulShape shape = new MatmulShape(1024, 64, type, type, PostOp.NONE, false);
    float[][] terms = terms(shape);
    int differing = 0;
    for (float[] column : terms) {
      float forth = 0;
      float back = 0;
      for (int i = 0; i < column.length; i++) {
        forth += column[i];
        back += column[column.length - 1 - i];
      }
      // The part that bf16 keeps, if that is the result's type.
      int shift = type == DnnlType.BF16 ? 16 : 0;
      if (Float.floatToRawIntBits(forth) >>> shift != Float.floatToRawIntBits(back) >>> shift) {
        differing++;
      }
    }
    assertThat(differing).isGreaterThan(terms.length / 2);
  }

  @Test
  void aSumOfIntegersThatIsKeptInFloatsHasOtherBits() {
    MatmulShape shape = new MatmulShape(4096, 64, DnnlType.U8, DnnlType.F32, PostOp.NONE, false);
    int inexact = 0;
    for (float[] column : terms(shape)) {
      long exact = 0;
      float rounded = 0;
      for (float term : column) {
        exact += (long) term;
        rounded += term;
      }
      assertThat(exact).isZero();
      if (rounded != 0) {
        inexact++;
      }
    }
    assertThat(inexact).isPositive();
  }

  @Test
  void everyTypeOfProductHasAReferenceHere() {
    List<MatmulShape> shapes = new ArrayList<>();
    for (DnnlType type : List.of(DnnlType.F32, DnnlType.BF16)) {
      shapes.add(new MatmulShape(320, 96, type, type, PostOp.GELU_ERF, false));
      shapes.add(new MatmulShape(64, 42, type, type, PostOp.ADD_DESTINATION, false));
    }
    for (DnnlType type : List.of(DnnlType.F32, DnnlType.BF16)) {
      MatmulShape dense = new MatmulShape(64, 42, type, type, PostOp.NONE, false);
      shapes.add(dense.reading(80).writing(48));
    }
    for (boolean rowFactors : List.of(true, false)) {
      PostOp post = rowFactors ? PostOp.ADD_DESTINATION : PostOp.GELU_TANH;
      shapes.add(new MatmulShape(312, 96, DnnlType.U8, DnnlType.F32, post, rowFactors));
    }
    for (MatmulShape shape : shapes) {
      try (NativeScope scope = new NativeScope();
          Scratch scratch = new Scratch()) {
        var layout = shape.compile(scope, scratch, 256, null).weights();
        try (DnnlTrial trial = new DnnlTrial(shape, layout)) {
          byte[] row = trial.row(RowCuts.REFERENCE_ROWS);
          assertThat(row).as("%s", shape).isNotNull().hasSizeGreaterThanOrEqualTo(42);
          assertThat(new String(row, StandardCharsets.ISO_8859_1).chars().distinct().count())
              .as("different bytes of %s", shape)
              .isGreaterThan(10);
        }
      }
    }
  }

  /** The terms of the sums of a product's columns. */
  private static float[][] terms(MatmulShape shape) {
    TrialData data = new TrialData(shape);
    int inputs = (int) shape.inputs();
    int outputs = (int) shape.outputs();
    ByteBuffer row = ByteBuffer.wrap(data.row()).order(ByteOrder.nativeOrder());
    ByteBuffer weights =
        ByteBuffer.allocate(inputs * outputs * shape.weights().bytes())
            .order(ByteOrder.nativeOrder());
    data.writeWeights(weights);
    float[][] terms = new float[outputs][inputs];
    for (int input = 0; input < inputs; input++) {
      for (int output = 0; output < outputs; output++) {
        terms[output][input] =
            get(row, shape.source(), input)
                * get(weights, shape.weights(), input * outputs + output);
      }
    }
    return terms;
  }

  private static float get(ByteBuffer buffer, DnnlType type, int index) {
    return switch (type) {
      case F32 -> buffer.getFloat(4 * index);
      case BF16 -> Float.intBitsToFloat(buffer.getShort(2 * index) << 16);
      case S8 -> buffer.get(index);
      case U8 -> buffer.get(index) & 0xff;
    };
  }
}
