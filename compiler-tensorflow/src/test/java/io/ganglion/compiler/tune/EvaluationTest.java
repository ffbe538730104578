package io.ganglion.compiler.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ganglion.runtime.text.TokenSequence;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  @Test
  void figuresAreThoseOfTheConfusionMatrix() {
    // Answers are the first token; labels: 2 true positives, 1 false positive, 1 false negative,
    // 1 true negative.
    List<Example> examples =
        List.of(example(1, 1), example(1, 1), example(1, 0), example(0, 1), example(0, 0));

    Evaluation evaluation = Evaluation.of(EvaluationTest::answer, examples, 9);

    assertThat(evaluation.accuracy()).isEqualTo(0.6);
    assertThat(evaluation.f1()).isCloseTo(4.0 / 6, within(1e-12));
    double right = Math.log1p(Math.exp(-2));
    double wrong = Math.log1p(Math.exp(2));
    assertThat(evaluation.loss()).isCloseTo((3 * right + 2 * wrong) / 5, within(1e-6));
    assertThat(evaluation.step()).isEqualTo(9);
    assertThat(evaluation.examples()).isEqualTo(5);
  }

  @Test
  void withoutAnyRightPositiveF1IsZero() {
    assertThat(Evaluation.of(EvaluationTest::answer, List.of(example(0, 1)), 1).f1()).isZero();
  }

  private static float[][] answer(Batch batch) {
    float[][] logits = new float[batch.size()][];
    for (int row = 0; row < logits.length; row++) {
      int says = batch.ids()[row * batch.length()];
      logits[row] = says == 1 ? new float[] {-1, 1} : new float[] {1, -1};
    }
    return logits;
  }

  private static Example example(int says, int label) {
    return new Example(new TokenSequence(new int[] {says, 3}, new int[2]), label);
  }
}
