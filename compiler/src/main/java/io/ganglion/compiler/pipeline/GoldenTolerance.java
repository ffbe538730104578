package io.ganglion.compiler.pipeline;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.verify.Bounds;
import io.ganglion.compiler.verify.Terms;
import io.ganglion.runtime.model.ModelManifest;
import java.util.List;

/**
 * How far a core's answers may be from the source's on the golden inputs before a server refuses
 * the core. Each is held to it, so it is wider than what the gate asks of means: one golden input
 * may be among those that rounding moves most.
 */
final class GoldenTolerance {
  /** Other CPUs round otherwise. */
  private static final double ROOM = 2;

  private final Subject subject;

  GoldenTolerance(Subject subject) {
    this.subject = subject;
  }

  /** The tolerance for models that are held to these bounds: their tail. */
  double usual(Bounds bounds) {
    double spread = subject.spread();
    return bounds.tail() * (subject.terms() == Terms.SCORES && spread > 0 ? spread : 1);
  }

  /** The same manifest, its tolerance widened if these answers to the golden inputs need it. */
  ModelManifest widened(ModelManifest manifest, List<float[]> answers) throws CompileException {
    double largest = 0;
    for (int i = 0; i < Staging.goldenInputs(subject); i++) {
      float[] source = subject.answers().answers().get(i);
      for (int column = 0; column < source.length; column++) {
        largest = Math.max(largest, Math.abs((double) source[column] - answers.get(i)[column]));
      }
    }
    return ROOM * largest > manifest.tolerance() && Double.isFinite(largest)
        ? subject.manifests().of(manifest.precision(), manifest.layerPrecision(), ROOM * largest)
        : manifest;
  }
}
