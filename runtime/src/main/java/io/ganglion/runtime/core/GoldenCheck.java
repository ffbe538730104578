package io.ganglion.runtime.core;

import io.ganglion.runtime.artifact.GoldenSet;
import io.ganglion.runtime.model.ModelManifest;
import java.util.Locale;

/**
 * Checks that a core gives the source model's answers on the golden inputs. Run it before a core
 * serves, on the thread that owns the core.
 */
public final class GoldenCheck {
  /**
   * How far the core's answers were off.
   *
   * @param largestDifference the largest difference of a value of an answer; infinite if the core
   *     gave NaN
   * @param input the index of the input with this difference
   * @param inputs number of inputs in the golden set
   * @param tolerance the difference that the manifest allows
   */
  public record Result(double largestDifference, int input, int inputs, double tolerance) {
    public boolean passed() {
      return largestDifference <= tolerance;
    }

    /** One sentence for users. */
    public String summary() {
      return String.format(
          Locale.ROOT,
          "The largest difference on %d golden inputs is %.3g (input %d), %s the tolerance of %.3g.",
          inputs,
          largestDifference,
          input,
          passed() ? "within" : "beyond",
          tolerance);
    }
  }

  private GoldenCheck() {}

  /** Runs all golden inputs, in batches as large as the core takes. */
  public static Result run(NeuronCore core, GoldenSet golden, ModelManifest manifest)
      throws CoreFault {
    int inputs = golden.inputs().size();
    double largest = -1;
    int worst = 0;
    int step = core.info().maxBatchSize();
    for (int from = 0; from < inputs; from += step) {
      int to = Math.min(inputs, from + step);
      Outputs outputs = core.infer(TokenBatch.of(golden.inputs().subList(from, to)));
      for (int i = from; i < to; i++) {
        float[] expected = manifest.answer(golden.outputs().get(i));
        float[] found = manifest.answer(outputs.of(i - from));
        double difference = difference(expected, found);
        if (difference > largest) {
          largest = difference;
          worst = i;
        }
      }
    }
    return new Result(largest, worst, inputs, manifest.tolerance());
  }

  private static double difference(float[] expected, float[] found) {
    double largest = found.length == expected.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(expected.length, found.length); i++) {
      double difference = Math.abs((double) expected[i] - found[i]);
      largest = Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    return largest;
  }
}
