package io.ganglion.compiler.cli;

import io.ganglion.compiler.pipeline.Trial;
import io.ganglion.compiler.verify.Bounds;
import io.ganglion.compiler.verify.Differences;
import io.ganglion.compiler.verify.Doubt;
import io.ganglion.compiler.verify.LabelCounts;
import io.ganglion.compiler.verify.Terms;
import io.ganglion.compiler.verify.Verification;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Prints how far a compiled model's answers are from the source's: a row for each precision that
 * was tried, with what was allowed, and what the comparison could not show.
 */
final class GateReport {
  private static final int LONGEST_TEXT = 100;

  private final PrintStream out;
  private final List<String> texts;

  /**
   * @param texts the texts that were compared on
   */
  GateReport(PrintStream out, List<String> texts) {
    this.out = out;
    this.texts = texts;
  }

  /** Prints every trial, and for those that were refused why. */
  void printTrials(String runtime, List<Trial> trials) {
    Terms terms = trials.get(0).verification().terms();
    out.printf(
        "Compared with the source in %s, on %d inputs. Differences are of %s:%n",
        runtime, trials.get(0).verification().inputs(), terms.measured());
    cells("", "mean", "99.9 %", "largest", heading(terms), "inputs/s");
    for (Trial trial : trials) {
      row(trial.name(), trial.verification(), speed(trial.perSecond()));
      allowed(trial.bounds(), terms);
      if (trial.complaint() != null) {
        out.printf("    refused: %s%n", trial.complaint());
      }
    }
    keptInBf16(trials.get(trials.size() - 1));
    if (terms.areLabelled()) {
      out.printf(
          Locale.ROOT,
          "  A label is clear where the source's margin is above %.2f.%n",
          LabelCounts.CLEAR_MARGIN);
    }
    Trial last = trials.get(trials.size() - 1);
    boolean refused = last.complaint() != null;
    if (refused || last.verification().largestDifference() > last.bounds().tail()) {
      out.printf(
          "%s of %s differ most:%n",
          refused ? "These answers" : "Warning: these answers", last.name());
      printWorst(last.verification().differences());
    }
  }

  /** Prints how the answers of two artifacts differ. */
  void printDiff(Verification verification) {
    Differences differences = verification.differences();
    out.printf(
        Locale.ROOT,
        "answers to %d inputs: differences of %s: mean %.1e, 99.9 %% %.1e, largest %.1e%n",
        verification.inputs(),
        verification.terms().measured(),
        differences.mean(),
        differences.tail(),
        differences.largest());
    verification
        .labels()
        .ifPresent(
            labels ->
                out.printf(
                    Locale.ROOT,
                    "answers: the same label %d of %d times (%.2f %%); %d flips, %d of them where"
                        + " the first is sure%n",
                    labels.kept(),
                    labels.all(),
                    100.0 * labels.kept() / labels.all(),
                    labels.all() - labels.kept(),
                    labels.lost()));
    verification
        .rankCorrelation()
        .ifPresent(value -> out.printf(Locale.ROOT, "answers: rank correlation %.5f%n", value));
    if (differences.largest() > 0) {
      out.println("answers that differ most:");
      printWorst(differences);
    }
  }

  /** Prints a comparison that was passed without trials. */
  void printRow(String name, Verification verification) {
    row(name, verification, "");
  }

  /** Prints what the comparison could not show. */
  void printDoubts(Collection<Doubt> doubts, Verification verification) {
    for (Doubt doubt : doubts) {
      out.println("Warning: " + sentence(doubt, verification));
    }
  }

  static String sentence(Doubt doubt, Verification verification) {
    int inputs = verification.inputs();
    return switch (doubt) {
      case NO_CLEAR_LABEL ->
          "the source is sure of none of the "
              + inputs
              + " inputs, so this proved nothing about labels; give texts of the model's own kind"
              + " with --verify-data.";
      case FEW_CLEAR_LABELS ->
          "the source is sure of only "
              + verification.labels().map(LabelCounts::clear).orElse(0)
              + " labels on "
              + inputs
              + " inputs, so this proved little about labels; give texts of the model's own kind"
              + " with --verify-data.";
      case SCORES_ALL_ALIKE ->
          "the source gives all "
              + inputs
              + " inputs the same score, so this proved nothing; give texts of the model's own kind"
              + " with --verify-data.";
      case BUILT_IN_TEXTS ->
          "int8 was compared on built-in pairs only, and what it loses depends on the texts; give"
              + " texts of the model's own kind with --verify-data.";
    };
  }

  private void printWorst(Differences differences) {
    for (Differences.Worst worst : differences.worst()) {
      out.printf(
          Locale.ROOT,
          "  %.1e  input %d: %s%n",
          worst.difference(),
          worst.input(),
          shortened(texts.get(worst.input())));
    }
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
  }

  private void keptInBf16(Trial trial) {
    List<String> bf16 = trial.manifest().layerPrecision().keySet().stream().sorted().toList();
    if (!bf16.isEmpty()) {
      out.println("  kept in bf16: " + String.join(", ", bf16));
    }
  }

  private static String heading(Terms terms) {
    return switch (terms) {
      case LABELS, INDEPENDENT_LABELS, PROBABILITY -> "clear labels kept";
      case TOKEN_LABELS -> "clear tokens kept";
      case SCORES -> "rank correlation";
      case VECTORS -> "cosine mean, least";
    };
  }

  private static String judged(Verification v) {
    if (v.terms() == Terms.VECTORS) {
      return String.format(
          Locale.ROOT, "%.5f, %.5f", 1 - v.differences().mean(), 1 - v.differences().largest());
    }
    return v.rankCorrelation().isPresent()
        ? String.format(Locale.ROOT, "%.5f", v.rankCorrelation().getAsDouble())
        : v.labels().map(l -> l.clearKept() + " of " + l.clear()).orElse("-");
  }

  private void row(String name, Verification v, String speed) {
    Differences differences = v.differences();
    cells(
        name,
        number(differences.mean()),
        number(differences.tail()),
        number(differences.largest()),
        judged(v),
        speed);
  }

  private void allowed(Bounds bounds, Terms terms) {
    String least =
        terms == Terms.SCORES
            ? String.valueOf(bounds.rankCorrelation())
            : terms.areLabelled() ? percent(bounds.labels()) : "-";
    cells("  allowed", number(bounds.mean()), number(bounds.tail()), "-", least, "");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share).replaceFirst("\\.?0+$", "") + " %";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1e", value);
  }

  private static String speed(double perSecond) {
    return perSecond > 0 ? String.format(Locale.ROOT, "%.0f", perSecond) : "-";
  }

  private void cells(String... cells) {
    out.println(
        String.format(Locale.ROOT, "  %-28s %9s %9s %9s  %18s %9s", (Object[]) cells)
            .stripTrailing());
  }
}
