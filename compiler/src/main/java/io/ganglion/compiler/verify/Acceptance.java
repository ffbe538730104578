package io.ganglion.compiler.verify;

import io.ganglion.compiler.pipeline.CompileOptions;
import io.ganglion.compiler.pipeline.ModelCompiler;
import io.ganglion.runtime.model.Gelu;
import io.ganglion.runtime.model.ModelManifest;
import io.ganglion.runtime.model.OutputActivation;
import io.ganglion.runtime.model.Precision;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a compiled model must reach to be kept. */
public final class Acceptance {
  /** A model that is meant to compute something else is judged by its labels. */
  private static final double APPROXIMATE_TOLERANCE = 0.25;

  private Acceptance() {}

  public static double tolerance(CompileOptions options, Gelu sourceGelu, Precision precision) {
    if (options.gate().tolerance() > 0) {
      return options.gate().tolerance();
    }
    return ModelCompiler.approximates(options, sourceGelu)
        ? APPROXIMATE_TOLERANCE
        : Verification.tolerance(precision);
  }

  /** Of the emitted SavedModel: layer norms in 16 bits are judged by labels, too. */
  public static double emittedTolerance(CompileOptions options, ModelManifest manifest) {
    boolean own = options.gate().tolerance() == 0 && options.rewriting().narrowLayerNorms();
    double tolerance = manifest.probabilityTolerance();
    return own ? Math.max(APPROXIMATE_TOLERANCE, tolerance) : tolerance;
  }

  /** Why the model is not to be kept; null if it is. */
  public static @Nullable String complaint(
      Verification verification, ModelManifest manifest, double tolerance, CompileOptions options) {
    if (!(verification.largestDifference() <= tolerance)) {
      return String.format(
          Locale.ROOT,
          "The compiled model's answers differ from the source's by up to %.2e on %d inputs, more"
              + " than the tolerance of %.0e; nothing was written. Use --precision fp32, or allow"
              + " it with --tolerance.",
          verification.largestDifference(),
          verification.inputs(),
          tolerance);
    }
    boolean labelled =
        manifest.output() != OutputActivation.IDENTITY && manifest.labels().size() > 1;
    double agreement =
        verification.decided() == 0
            ? 1
            : (double) verification.decidedAgreeing() / verification.decided();
    if (labelled && agreement < options.gate().minAgreement()) {
      return String.format(
          Locale.ROOT,
          "The compiled model gives another label than the source on %d of %d inputs that are"
              + " clear; nothing was written. Use --precision fp32, or allow it with"
              + " --min-agreement.",
          verification.decided() - verification.decidedAgreeing(),
          verification.decided());
    }
    return null;
  }
}
