package io.ganglion.loadgen;

import io.ganglion.api.Embedding;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One or two texts whose vectors are asked for.
 *
 * @param score how alike two texts are, on any scale; empty if it is not known
 */
record ComparedTexts(List<String> texts, OptionalDouble score) implements Question {
  ComparedTexts {
    texts = List.copyOf(texts);
  }

  @Override
  public int words() {
    return texts.stream().mapToInt(Question::words).sum();
  }

  /** Compares the score with the cosine of the angle between the vectors. */
  Judgement judge(List<Embedding> vectors) {
    return vectors.size() == 2 && score.isPresent()
        ? new Judgement.Compared(
            this, score.getAsDouble(), cosine(vectors.get(0).values(), vectors.get(1).values()))
        : Judgement.NONE;
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(squaresA * squaresB);
  }
}
