package io.ganglion.compiler.source.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.compiler.Progress;
import io.ganglion.compiler.source.Oracle;
import io.ganglion.runtime.text.TokenSequence;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle of folders against values of another program, and its parts against plain sums. */
class DoubleOracleTest {
  @TempDir Path temp;

  @ParameterizedTest
  @MethodSource("io.ganglion.compiler.source.huggingface.SharedFolders#all")
  void itAnswersAsTheLibrariesThatSavedTheFolder(Path folder) throws Exception {
    List<SharedFolders.Row> rows = SharedFolders.rows(folder);
    Oracle.Answers answers =
        new DoubleOracle(FolderModel.read(folder))
            .answer(rows.stream().map(SharedFolders.Row::ids).toList(), Progress.SILENT);
    for (int i = 0; i < rows.size(); i++) {
      near(answers.outputs().get(i), rows.get(i).logits());
      near(answers.answers().get(i), rows.get(i).answer());
    }
  }

  private static void near(float[] values, float[] golden) {
    if (golden != null) {
      assertThat(values).hasSameSizeAs(golden);
      for (int i = 0; i < golden.length; i++) {
        assertThat(values[i]).isEqualTo(golden[i], within(1e-5f));
      }
    }
  }

  @Test
  void aTextsAnswerDoesNotDependOnTheTextsBesideIt() throws Exception {
    DoubleOracle oracle = new DoubleOracle(FolderModel.read(TestFolder.bert().write(temp)));
    SplittableRandom random = new SplittableRandom(1);
    List<TokenSequence> texts = new ArrayList<>();
    for (int i = 0; i < 300; i++) { // more tokens than go through a layer together
      int[] ids = random.ints(3 + random.nextInt(30), 0, 80).toArray();
      texts.add(new TokenSequence(ids, new int[ids.length]));
    }
    Oracle.Answers together = oracle.answer(texts, Progress.SILENT);
    for (int i : new int[] {0, 1, 150, 299}) {
      Oracle.Answers alone = oracle.answer(List.of(texts.get(i)), Progress.SILENT);
      near(together.outputs().get(i), alone.outputs().get(0));
    }
  }

  @Test
  void aProductOfAnySizeIsThePlainSum() {
    SplittableRandom random = new SplittableRandom(2);
    int[][] sizes = {{1, 1, 1}, {2, 4, 8}, {3, 5, 7}, {37, 131, 513}, {70, 6, 1030}};
    for (int[] size : sizes) {
      double[][] x = new double[size[0]][];
      for (int row = 0; row < x.length; row++) {
        x[row] = random.doubles(size[1], -1, 1).toArray();
      }
      float[] kernel = new float[size[1] * size[2]];
      for (int i = 0; i < kernel.length; i++) {
        kernel[i] = (float) random.nextDouble();
      }
      double[] bias = random.doubles(size[2]).toArray();
      double[][] y = Product.of(x, Product.transposed(kernel, size[2], size[1]), bias);
      for (int row = 0; row < x.length; row++) {
        for (int o = 0; o < size[2]; o++) {
          double sum = bias[o];
          for (int i = 0; i < size[1]; i++) {
            sum += x[row][i] * kernel[o * size[1] + i];
          }
          assertThat(y[row][o]).isEqualTo(sum, within(1e-12));
        }
      }
    }
  }

  @Test
  void theErrorFunctionIsItsSeries() {
    for (double x = -4.5; x < 4.5; x += 0.0173) {
      assertThat(Erf.of(x)).isEqualTo(series(x), within(1e-12));
    }
    assertThat(Erf.of(7)).isEqualTo(1);
    assertThat(Erf.of(-7)).isEqualTo(-1);
    assertThat(Erf.of(Double.NaN)).isNaN();
  }

  private static double series(double x) {
    MathContext context = new MathContext(40);
    BigDecimal term = BigDecimal.valueOf(x);
    BigDecimal sum = term;
    BigDecimal square = term.multiply(term).negate();
    for (int n = 1; n < 150; n++) {
      term = term.multiply(square, context).divide(BigDecimal.valueOf(n), context);
      sum = sum.add(term.divide(BigDecimal.valueOf(2L * n + 1), context), context);
    }
    return 2 / Math.sqrt(Math.PI) * sum.doubleValue();
  }
}
