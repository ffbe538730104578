package io.ganglion.compiler;

import io.ganglion.runtime.artifact.ModelDimensions;
import io.ganglion.runtime.artifact.ModelManifest;
import io.ganglion.runtime.artifact.OutputActivation;
import io.ganglion.runtime.artifact.Precision;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** Prints what a compile did. */
final class CompileReport {
  /** Of all FLOPs on the core: below it, compiling is hardly worth it. */
  private static final double LEAST_SHARE = 0.3;

  private CompileReport() {}

  static void print(PrintStream out, Path output, ModelCompiler.Result result) {
    ModelManifest manifest = result.manifest();
    ModelDimensions d = manifest.dimensions();
    Verification v = result.verification();
    line(
        out,
        "Model",
        "%d layers x %d, %d heads, intermediate %d, vocabulary %d, %d positions",
        d.layers(),
        d.hiddenSize(),
        d.heads(),
        d.intermediateSize(),
        d.vocabularySize(),
        d.maxPositions());
    line(
        out,
        "GELU, epsilon",
        "%s, %.0e",
        manifest.gelu().name().toLowerCase(Locale.ROOT),
        manifest.layerNormEpsilon());
    line(
        out,
        "Labels",
        "%s, %s",
        manifest.labels(),
        manifest.output().name().toLowerCase(Locale.ROOT));
    line(
        out,
        "Precision",
        "%s, sequence length %d, batch size %d",
        manifest.precision(),
        manifest.sequenceLength(),
        manifest.batchSize());
    line(
        out,
        "Weights",
        "%,d parameters, %.1f MB as fp32, %.1f MB written",
        result.recognised().model().parameters(),
        result.sourceBytes() / 1e6,
        result.weightBytes() / 1e6);
    OperatorCounts ops = result.operators();
    line(
        out,
        "Operators",
        "%d in the source, %d for inference, %d after rewriting, %d on the core",
        ops.source(),
        ops.inference(),
        ops.rewritten(),
        ops.core());
    double share = Flops.of(manifest).coreShare();
    line(out, "FLOPs on the core", "%.1f %%", 100 * share);
    if (share < LEAST_SHARE) {
      out.println(
          "Warning: little of this model runs on the core; a NeuronCore will not speed it up.");
    }
    if (result.trials().size() > 1 || manifest.precision() == Precision.INT8) {
      TrialTable.print(out, result.trials());
    }
    out.println("Compared with the source in TensorFlow:");
    line(out, "  inputs", "%d", v.inputs());
    line(
        out,
        "  largest difference",
        "%.2e (allowed %.0e)",
        v.largestDifference(),
        manifest.probabilityTolerance());
    line(out, "  mean difference", "%.2e", v.meanDifference());
    if (manifest.output() != OutputActivation.IDENTITY && manifest.labels().size() > 1) {
      line(
          out, "  same label", "%d of %d (%.1f %%)", v.agreeing(), v.inputs(), 100 * v.agreement());
      line(
          out,
          "  same where clear",
          "%d of %d (margin above %.2f)",
          v.decidedAgreeing(),
          v.decided(),
          Verification.clearMargin(manifest.precision()));
    }
    line(out, "Written", "%s", output);
  }

  private static void line(PrintStream out, String name, String format, Object... values) {
    out.printf(Locale.ROOT, "%-22s %s%n", name, String.format(Locale.ROOT, format, values));
  }
}
