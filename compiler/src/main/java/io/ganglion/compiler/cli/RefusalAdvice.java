package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.pipeline.PrecisionChoice;
import io.ganglion.compiler.pipeline.RefusedException;

/** What a user may do whose model was refused. Never advises what was tried already. */
final class RefusalAdvice {
  private RefusalAdvice() {}

  /** The same failure with advice after its sentence. */
  static CompileException added(RefusedException e, PrecisionChoice asked) {
    return new CompileException(e.getMessage() + " " + advice(asked), e);
  }

  private static String advice(PrecisionChoice asked) {
    return switch (asked) {
      case INT8 ->
          "Use --precision bf16, or auto to take the fastest that is close enough, or allow more"
              + " with --tolerance and --min-agreement.";
      case BF16 -> "Use --precision fp32, or allow more with --tolerance and --min-agreement.";
      case FP32, AUTO ->
          "As fp32 should answer like the source, look at the texts above that differ most; allow"
              + " more with --tolerance and --min-agreement.";
    };
  }
}
