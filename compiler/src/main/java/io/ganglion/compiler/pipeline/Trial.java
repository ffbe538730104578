package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.verify.Bounds;
import io.ganglion.compiler.verify.Verification;
import io.ganglion.runtime.model.ModelManifest;
import org.jspecify.annotations.Nullable;

/**
 * One precision that was tried.
 *
 * @param manifest manifest of the artifact that was written and run
 * @param verification comparison with the source
 * @param bounds what the accuracy gate asked for
 * @param perSecond inputs per second on this machine while it was compared; 0 if not known
 * @param complaint why the accuracy gate refused it; null if it was accepted
 */
public record Trial(
    ModelManifest manifest,
    Verification verification,
    Bounds bounds,
    double perSecond,
    @Nullable String complaint) {
  /** Whether the gate accepted it. */
  public boolean isAccepted() {
    return complaint == null;
  }

  /** A description, such as "int8, 6 matrices bf16". */
  public String name() {
    int kept = manifest.layerPrecision().size();
    return manifest.precision()
        + (kept == 0 ? "" : ", " + kept + (kept == 1 ? " matrix bf16" : " matrices bf16"));
  }
}
