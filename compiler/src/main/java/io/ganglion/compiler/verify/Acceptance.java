package io.ganglion.compiler.verify;

import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Precision;
import java.util.Locale;
import java.util.Optional;

/** Decides whether a compiled model is kept. */
public final class Acceptance {
  /**
   * The tolerance for a model that computes something else on purpose. It is judged mainly by its
   * labels.
   */
  private static final double APPROXIMATE_TOLERANCE = 0.25;

  private Acceptance() {}

  /**
   * The largest allowed difference of a probability.
   *
   * @param approximates whether the compilation changes what the model computes, beyond its
   *     precision
   */
  public static double tolerance(Gate gate, Precision precision, boolean approximates) {
    if (gate.tolerance() > 0) {
      return gate.tolerance();
    }
    return approximates ? APPROXIMATE_TOLERANCE : usual(precision);
  }

  private static double usual(Precision precision) {
    return switch (precision) {
      case FP32 -> 1e-5;
      case BF16 -> 1e-2;
      case INT8 -> 0.1;
    };
  }

  /**
   * The largest allowed difference of a probability of an emitted graph.
   *
   * @param narrowNorms whether its layer norms are in 16 bits; it is then judged mainly by its
   *     labels
   */
  public static double emittedTolerance(Gate gate, ModelManifest manifest, boolean narrowNorms) {
    boolean own = gate.tolerance() == 0 && narrowNorms;
    double tolerance = manifest.tolerance();
    return own ? Math.max(APPROXIMATE_TOLERANCE, tolerance) : tolerance;
  }

  /** Whether answers name a label. */
  public static boolean isLabelled(ModelManifest manifest) {
    return manifest.task().output() != OutputActivation.IDENTITY && manifest.labels().size() > 1;
  }

  /** The reason why the model is not kept; empty if it is. */
  public static Optional<String> complaint(
      Verification verification, ModelManifest manifest, double tolerance, Gate gate) {
    if (!(verification.largestDifference() <= tolerance)) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "The compiled model's answers differ from the source's by up to %.2e on %d inputs,"
                  + " more than the tolerance of %.0e; nothing was written. Use precision fp32, or"
                  + " allow it with a larger tolerance.",
              verification.largestDifference(),
              verification.inputs(),
              tolerance));
    }
    double agreement =
        verification.decided() == 0
            ? 1
            : (double) verification.decidedAgreeing() / verification.decided();
    if (isLabelled(manifest) && agreement < gate.minAgreement()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "The compiled model gives another label than the source on %d of %d inputs that are"
                  + " clear; nothing was written. Use precision fp32, or allow it with a smaller"
                  + " least agreement.",
              verification.decided() - verification.decidedAgreeing(),
              verification.decided()));
    }
    return Optional.empty();
  }
}
