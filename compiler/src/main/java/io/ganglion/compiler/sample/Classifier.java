package io.ganglion.compiler.sample;

import io.ganglion.compiler.graph.Variables;
import java.util.List;

/**
 * The last layer of a sample model. It is fitted so that on some pairs each label's logit has mean
 * zero and a given deviation. So the answer depends on the pair.
 *
 * @param weights [labels, hidden]
 * @param bias [labels]
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, compared nowhere
public record Classifier(float[] weights, float[] bias) {
  /**
   * Deviation of a logit. With two labels, probabilities then have a standard deviation of about
   * 0.16.
   */
  private static final double LOGIT_DEVIATION = 0.5;

  private static final String OUTPUT_WEIGHTS = "output_weights";

  /**
   * Fits a classifier.
   *
   * @param pooled a row of the hidden size for each pair
   */
  public static Classifier fit(List<float[]> pooled, SampleConfig config) {
    int hidden = config.dimensions().hiddenSize();
    int labels = config.labels();
    float[] random =
        new SampleWeights(config)
            .of(new Variables.Variable(OUTPUT_WEIGHTS, List.of(labels, hidden)));
    float[] weights = new float[random.length];
    float[] bias = new float[labels];
    double[] mean = mean(pooled, hidden);
    for (int label = 0; label < labels; label++) {
      double[] direction = new double[hidden];
      for (int i = 0; i < hidden; i++) {
        direction[i] = random[label * hidden + i];
      }
      direction = spread(pooled, mean, spread(pooled, mean, direction));
      double deviation = deviation(pooled, mean, direction);
      double scale = LOGIT_DEVIATION / Math.max(deviation, 1e-12);
      double offset = 0;
      for (int i = 0; i < hidden; i++) {
        weights[label * hidden + i] = (float) round(direction[i] * scale);
        offset += weights[label * hidden + i] * mean[i];
      }
      bias[label] = (float) -round(offset);
    }
    return new Classifier(weights, bias);
  }

  private static double[] mean(List<float[]> rows, int width) {
    double[] mean = new double[width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        mean[i] += row[i] / rows.size();
      }
    }
    return mean;
  }

  private static double[] project(List<float[]> rows, double[] mean, double[] direction) {
    double[] values = new double[rows.size()];
    for (int row = 0; row < values.length; row++) {
      for (int i = 0; i < mean.length; i++) {
        values[row] += (rows.get(row)[i] - mean[i]) * direction[i];
      }
    }
    return values;
  }

  /**
   * Turns a direction towards those in which the rows differ most, so that the classifier's answer
   * stands out from rounding errors. The result has length one.
   */
  private static double[] spread(List<float[]> rows, double[] mean, double[] direction) {
    double[] values = project(rows, mean, direction);
    double[] turned = new double[mean.length];
    double square = 0;
    for (int i = 0; i < turned.length; i++) {
      for (int row = 0; row < values.length; row++) {
        turned[i] += values[row] * (rows.get(row)[i] - mean[i]);
      }
      square += turned[i] * turned[i];
    }
    for (int i = 0; i < turned.length; i++) {
      turned[i] /= Math.sqrt(Math.max(square, 1e-30));
    }
    return turned;
  }

  private static double deviation(List<float[]> rows, double[] mean, double[] direction) {
    double[] values = project(rows, mean, direction);
    return Math.sqrt(java.util.Arrays.stream(values).map(v -> v * v).average().orElse(0));
  }

  /** Rounds to ten bits, so that the last bits of sums do not change the model. */
  private static double round(double value) {
    double step = Math.ulp((float) Math.abs(value)) * 0x1p14;
    return Math.rint(value / step) * step;
  }
}
