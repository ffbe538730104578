package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.verify.Verification;
import io.ganglion.runtime.model.ModelManifest;
import org.jspecify.annotations.Nullable;

/**
 * One precision that was tried.
 *
 * @param manifest manifest of the artifact that was written and run
 * @param verification comparison with the source
 * @param complaint why the accuracy gate refused it; null if it was accepted
 */
public record Trial(ModelManifest manifest, Verification verification, @Nullable String complaint) {
  /** Whether the gate accepted it. */
  public boolean isAccepted() {
    return complaint == null;
  }

  /** A description, such as "int8, 6 matrices bf16". */
  public String name() {
    int kept = manifest.layerPrecision().size();
    return manifest.precision() + (kept == 0 ? "" : ", " + kept + " matrices bf16");
  }
}
