package io.ganglion.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class RowCutsTest {
  private static final int MOST = 1024;
  private static final MatmulShape PRODUCT = product(64);
  private static final MatmulShape OTHER = product(128);

  @Test
  void aProductOfTrustedKernelsRunsInOneOfTheNextBucket() {
    RowCuts cuts = cuts(rows -> true);
    for (int count = 1; count <= MOST; count++) {
      int rows = cuts.rows(count);
      assertThat(rows).isBetween(count, RowBuckets.roundUp(count));
      if (count <= 512) {
        assertThat(cuts.blocks(PRODUCT, rows)).containsExactly(RowBuckets.roundUp(count));
      }
    }
  }

  @Test
  void fewRowsAreFilledUpToTheFirstKernelThatIsTrusted() {
    RowCuts cuts = cuts(rows -> rows >= 40);
    assertThat(cuts.rows(1)).isEqualTo(40);
    assertThat(cuts.rows(33)).isEqualTo(40);
    assertThat(cuts.rows(41)).isEqualTo(48);
  }

  @Test
  void manyRowsAreCutIntoBlocksOfKernelsThatAreTrusted() {
    RowCuts cuts = cuts(rows -> rows == 256 || rows <= 96);
    assertThat(cuts.rows(320)).isEqualTo(320);
    assertThat(cuts.blocks(PRODUCT, 320)).containsExactlyInAnyOrder(256, 64);
    assertThat(cuts.rows(240)).isEqualTo(256);
  }

  @Test
  void theReferenceAloneIsEnough() {
    RowCuts cuts = cuts(rows -> false);
    for (int count = 1; count <= MOST; count++) {
      int rows = cuts.rows(count);
      assertThat(rows).isEqualTo(RowCuts.capacity(count));
      assertThat(cuts.blocks(PRODUCT, rows)).containsOnly(RowCuts.REFERENCE_ROWS);
    }
  }

  @Test
  void aProductWithoutAReferenceRunsAsItCanAndIsSaid() {
    RowCuts cuts = new RowCuts(List.of(PRODUCT, OTHER), MOST, new Trusting(rows -> true, OTHER));
    assertThat(cuts.invariant()).isFalse();
    assertThat(cuts.blocks(OTHER, cuts.rows(320))).containsExactly(320);
    assertThat(cuts(rows -> true).invariant()).isTrue();
  }

  @Test
  void whateverIsTrustedEveryProductHoldsTheRowsAndNoMoreThanTheReferenceWould() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      boolean[] trusted = new boolean[2 * (MOST + 1)];
      for (int i = 0; i < trusted.length; i++) {
        trusted[i] = random.nextInt(4) == 0;
      }
      RowCuts.Trust trust =
          new Trusting(rows -> true, null) {
            @Override
            public boolean holds(MatmulShape product, int rows) {
              return trusted[product.equals(PRODUCT) ? rows : MOST + rows];
            }
          };
      RowCuts cuts = new RowCuts(List.of(PRODUCT, OTHER), MOST, trust);
      for (int count = 1; count <= MOST; count++) {
        int rows = cuts.rows(count);
        assertThat(rows).as("seed %d", seed).isBetween(count, RowCuts.capacity(count));
        for (MatmulShape product : List.of(PRODUCT, OTHER)) {
          List<Integer> blocks = cuts.blocks(product, rows);
          assertThat(blocks.stream().mapToInt(i -> i).sum()).as("seed %d", seed).isEqualTo(rows);
          assertThat(blocks)
              .as("seed %d", seed)
              .allMatch(block -> block == 64 || trust.holds(product, block));
        }
      }
    }
  }

  private static RowCuts cuts(IntPredicate trusted) {
    return new RowCuts(List.of(PRODUCT), MOST, new Trusting(trusted, null));
  }

  private static MatmulShape product(long inputs) {
    return new MatmulShape(inputs, 8, DnnlType.F32, DnnlType.F32, PostOp.NONE, false);
  }

  private static class Trusting implements RowCuts.Trust {
    private final IntPredicate trusted;
    private final MatmulShape without;

    Trusting(IntPredicate trusted, MatmulShape without) {
      this.trusted = trusted;
      this.without = without;
    }

    @Override
    public boolean hasReference(MatmulShape product) {
      return !product.equals(without);
    }

    @Override
    public boolean holds(MatmulShape product, int rows) {
      return trusted.test(rows);
    }

    @Override
    public void rest() {}
  }
}
