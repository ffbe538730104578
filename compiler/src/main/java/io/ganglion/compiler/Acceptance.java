package io.ganglion.compiler;

import io.ganglion.runtime.artifact.Gelu;
import io.ganglion.runtime.artifact.ModelManifest;
import io.ganglion.runtime.artifact.OutputActivation;
import java.util.Locale;

/** What a compiled model must reach to be kept. */
final class Acceptance {
  /** A model that is meant to compute something else is judged by its labels. */
  private static final double APPROXIMATE_TOLERANCE = 0.25;

  private Acceptance() {}

  static double tolerance(CompileOptions options, Gelu sourceGelu) {
    if (options.tolerance() > 0) {
      return options.tolerance();
    }
    return ModelCompiler.approximates(options, sourceGelu)
        ? APPROXIMATE_TOLERANCE
        : Verification.tolerance(options.precision());
  }

  static void require(Verification verification, ModelManifest manifest, CompileOptions options)
      throws CompileException {
    double tolerance = manifest.probabilityTolerance();
    if (!(verification.largestDifference() <= tolerance)) {
      throw new CompileException(
          String.format(
              Locale.ROOT,
              "The compiled model's answers differ from the source's by up to %.2e on %d inputs, more"
                  + " than the tolerance of %.0e; nothing was written. Use --precision fp32, or allow"
                  + " it with --tolerance.",
              verification.largestDifference(),
              verification.inputs(),
              tolerance));
    }
    boolean labelled =
        manifest.output() != OutputActivation.IDENTITY && manifest.labels().size() > 1;
    double agreement =
        verification.decided() == 0
            ? 1
            : (double) verification.decidedAgreeing() / verification.decided();
    if (labelled && agreement < options.labelAgreement()) {
      throw new CompileException(
          String.format(
              Locale.ROOT,
              "The compiled model gives another label than the source on %d of %d inputs that are"
                  + " clear; nothing was written. Use --precision fp32, or allow it with"
                  + " --label-agreement.",
              verification.decided() - verification.decidedAgreeing(),
              verification.decided()));
    }
  }
}
