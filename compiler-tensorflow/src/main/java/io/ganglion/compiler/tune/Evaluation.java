package io.ganglion.compiler.tune;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The result of a classifier on labelled pairs.
 *
 * @param step number of training steps
 * @param loss mean cross-entropy
 * @param f1 F1 score of label 1
 */
public record Evaluation(int step, int examples, double accuracy, double f1, double loss) {
  private static final int BATCH = 64;

  /** Gives logits [size, labels] for a batch. */
  @FunctionalInterface
  interface Classifier {
    float[][] logits(Batch batch);
  }

  static Evaluation of(Classifier classifier, List<Example> examples, int step) {
    List<Example> sorted = new ArrayList<>(examples);
    sorted.sort(Comparator.comparingInt(Example::length));
    int right = 0;
    int truePositives = 0;
    int wrong = 0;
    double loss = 0;
    for (int start = 0; start < sorted.size(); start += BATCH) {
      Batch batch = Batch.of(sorted.subList(start, Math.min(sorted.size(), start + BATCH)));
      float[][] logits = classifier.logits(batch);
      for (int row = 0; row < batch.size(); row++) {
        int label = batch.labels()[row];
        boolean hit = largest(logits[row]) == label;
        right += hit ? 1 : 0;
        wrong += hit ? 0 : 1;
        truePositives += hit && label == 1 ? 1 : 0;
        loss += crossEntropy(logits[row], label);
      }
    }
    int count = examples.size();
    double f1 = truePositives == 0 ? 0 : 2.0 * truePositives / (2.0 * truePositives + wrong);
    return new Evaluation(step, count, (double) right / count, f1, loss / count);
  }

  boolean isFinite() {
    return Double.isFinite(loss);
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static double crossEntropy(float[] logits, int label) {
    double max = logits[largest(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return Math.log(sum) + max - logits[label];
  }
}
