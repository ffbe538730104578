package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Tests trust in products whose order of summation depends on the number of rows. */
class MeasuredTrustTest {
  private static final MatmulShape PRODUCT =
      new MatmulShape(96, 4, DnnlType.F32, DnnlType.F32, PostOp.NONE, false);

  private final List<Integer> tried = new ArrayList<>();

  @Test
  void kernelsThatSumAsTheReferenceDoesAreTrustedAndNoOthers() {
    RowCuts.Trust trust = trust(rows -> rows < 40 ? 96 : rows > 200 ? 32 : 16, -1);
    assertThat(trust.hasReference(PRODUCT)).isTrue();
    assertThat(trust.holds(PRODUCT, 40)).isTrue();
    assertThat(trust.holds(PRODUCT, 192)).isTrue();
    assertThat(trust.holds(PRODUCT, 32)).isFalse();
    assertThat(trust.holds(PRODUCT, 208)).isFalse();
  }

  @Test
  void theRowsThatRunAreThoseOfKernelsThatSumAlike() {
    RowCuts cuts =
        new RowCuts(
            List.of(PRODUCT),
            512,
            trust(rows -> rows < 40 || (rows > 96 && rows != 256) ? 8 : 16, -1));
    assertThat(cuts.rows(8)).isEqualTo(40);
    assertThat(cuts.blocks(PRODUCT, cuts.rows(320))).containsExactlyInAnyOrder(256, 64);
    assertThat(cuts.invariant()).isTrue();
  }

  @Test
  void aKernelWhoseRowsDifferIsNotTrusted() {
    RowCuts.Trust trust = trust(rows -> 16, 80);
    assertThat(trust.holds(PRODUCT, 80)).isFalse();
    assertThat(trust.holds(PRODUCT, 72)).isTrue();
  }

  @Test
  void aProductWhoseReferenceDiffersWithinItselfIsNotTrustedAtAll() {
    RowCuts.Trust trust = trust(rows -> 16, RowCuts.REFERENCE_ROWS);
    assertThat(trust.hasReference(PRODUCT)).isFalse();
    assertThat(trust.holds(PRODUCT, 72)).isFalse();
    assertThat(new RowCuts(List.of(PRODUCT), 512, trust).invariant()).isFalse();
  }

  @Test
  void eachKernelIsTriedOnceForAllCores() {
    MeasuredTrust.Verdicts verdicts = new MeasuredTrust.Verdicts();
    for (int core = 0; core < 3; core++) {
      MeasuredTrust trust = new MeasuredTrust(product -> new Summing(rows -> 16, -1), 1, verdicts);
      assertThat(trust.holds(PRODUCT, 8)).isTrue();
      assertThat(trust.holds(PRODUCT, 16)).isTrue();
      trust.rest();
    }
    assertThat(tried).containsExactlyInAnyOrder(64, 8, 16);
  }

  private RowCuts.Trust trust(IntUnaryOperator chunk, int uneven) {
    return new MeasuredTrust(
        product -> new Summing(chunk, uneven), 1, new MeasuredTrust.Verdicts());
  }

  /** Adds inputs in chunks whose size depends on the number of rows, and then the chunks. */
  private final class Summing implements ProductTrial {
    private final IntUnaryOperator chunk;
    private final int uneven;
    private final float[] terms = new float[(int) PRODUCT.inputs()];

    Summing(IntUnaryOperator chunk, int uneven) {
      this.chunk = chunk;
      this.uneven = uneven;
      Random random = new Random(1);
      for (int i = 0; i < terms.length; i++) {
        terms[i] = (float) random.nextGaussian();
      }
    }

    @Override
    public byte[] row(int rows) {
      tried.add(rows);
      if (rows == uneven) {
        return null;
      }
      float sum = 0;
      for (int from = 0; from < terms.length; from += chunk.applyAsInt(rows)) {
        float part = 0;
        for (int i = from; i < Math.min(terms.length, from + chunk.applyAsInt(rows)); i++) {
          part += terms[i];
        }
        sum += part;
      }
      return ByteBuffer.allocate(Float.BYTES).putFloat(sum).array();
    }

    @Override
    public void close() {}
  }
}
