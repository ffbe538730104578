package io.ganglion.compiler.cli;

import io.ganglion.compiler.pipeline.Trial;
import io.ganglion.compiler.verify.Verification;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Prints the accuracy gate's results for each precision that was tried. */
final class TrialTable {
  private TrialTable() {}

  static void print(PrintStream out, List<Trial> trials) {
    out.println("Accuracy gate, on pairs that did not calibrate:");
    row(out, "tried", "largest diff", "mean diff", "same label", "where clear", "");
    for (Trial trial : trials) {
      Verification v = trial.verification();
      row(
          out,
          trial.name(),
          String.format(Locale.ROOT, "%.1e", v.largestDifference()),
          String.format(Locale.ROOT, "%.1e", v.meanDifference()),
          v.agreeing() + "/" + v.inputs(),
          v.decidedAgreeing() + "/" + v.decided(),
          trial.isAccepted() ? "kept" : "refused");
    }
    List<String> bf16 =
        trials.get(trials.size() - 1).manifest().layerPrecision().keySet().stream()
            .sorted()
            .toList();
    if (!bf16.isEmpty()) {
      out.println("  kept in bf16: " + String.join(", ", bf16));
    }
  }

  private static void row(PrintStream out, String... cells) {
    out.printf("  %-28s %13s %10s %11s %12s  %s%n", (Object[]) cells);
  }
}
