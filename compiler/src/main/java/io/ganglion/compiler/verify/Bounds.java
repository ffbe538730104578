package io.ganglion.compiler.verify;

import io.ganglion.runtime.model.Precision;

/**
 * What a compiled model is held to.
 *
 * <p>The defaults stand between what sound models were seen to need and what broken ones give. Mean
 * differences of a probability, of models with random weights up to 24 layers x 1024 with and
 * without outlier channels and of fine-tuned ones: up to 5e-7 in fp32, 1.8e-3 in bf16, 6.3e-3 in
 * int8. One static scale for a matrix whose inputs vary by token gave 1.7e-2 on a fine-tuned model
 * and lost clear labels, and a wrong matrix gives 0.1 and more. The tail of sound models is about
 * 20 times their mean, because most answers of a trained model are sure and hardly move.
 *
 * <p>A score is measured in the spread of the source's scores, a third of which is about what 0.1
 * is to a probability. Its errors have no such tail.
 *
 * @param mean largest allowed mean difference
 * @param tail largest allowed 99.9th percentile of the differences
 * @param labels least share of clear labels that are kept, from 0 to 1
 * @param rankCorrelation least rank correlation of scores
 */
public record Bounds(double mean, double tail, double labels, double rankCorrelation) {
  /** With fewer scores, two neighbours that change places weigh too much. */
  static final int LEAST_RANKED = 30;

  /** What the mean of a kind of answer is held to, and how far the tail may be beyond it. */
  private record Usual(double fp32, double bf16, double int8, double approximate, double tail) {
    static Usual of(Terms terms) {
      return switch (terms) {
        case LABELS, INDEPENDENT_LABELS, PROBABILITY, TOKEN_LABELS ->
            new Usual(2e-6, 3e-3, 1.2e-2, 2e-2, 20);
        case SCORES -> new Usual(1e-4, 2e-2, 0.1, 0.2, 10);
        case VECTORS -> new Usual(1e-6, 1e-4, 5e-3, 2e-2, 5);
      };
    }

    double mean(Precision precision) {
      return switch (precision) {
        case FP32 -> fp32;
        case BF16 -> bf16;
        case INT8 -> int8;
      };
    }
  }

  /**
   * The bounds for a precision, or those that the gate asks for.
   *
   * @param approximates whether the compilation changes what the model computes, beyond its
   *     precision
   */
  public static Bounds of(Gate gate, Terms terms, Precision precision, boolean approximates) {
    Usual usual = Usual.of(terms);
    double own = usual.mean(precision);
    double mean = approximates ? Math.max(own, usual.approximate) : own;
    double asked = gate.tolerance() > 0 ? gate.tolerance() : mean;
    return new Bounds(
        asked,
        asked * usual.tail,
        gate.minAgreement().orElse(approximates ? 0.99 : labels(precision)),
        approximates ? 0.9 : ranks(precision));
  }

  /** Shares, and not all: among enough texts, one that was nearly a toss-up turns. */
  private static double labels(Precision precision) {
    return switch (precision) {
      case FP32 -> 0.999;
      case BF16 -> 0.995;
      case INT8 -> 0.99;
    };
  }

  private static double ranks(Precision precision) {
    return switch (precision) {
      case FP32 -> 0.9999;
      case BF16 -> 0.999;
      case INT8 -> 0.98;
    };
  }
}
