package io.ganglion.compiler.cli.tensorflow;

import io.ganglion.compiler.tune.Evaluation;
import io.ganglion.compiler.tune.FineTuning;
import io.ganglion.compiler.tune.TuneProgress;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows the user how training goes: a bar with loss, steps per second and the time left, and a line
 * for each evaluation. Used by one thread, but for {@link #stopping}.
 */
final class TuneReport implements TuneProgress {
  private static final int BAR = 24;
  private static final long TERMINAL_NANOS = 200_000_000L;
  private static final long LINE_NANOS = 10_000_000_000L;
  // Weight of a step in the shown loss: it averages about the last fifty steps.
  private static final double SMOOTHING = 0.02;

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanos;
  private int total;
  private int first;
  private int stepsPerEpoch;
  private long started;
  private long shown;
  private double loss = Double.NaN;

  /**
   * @param terminal whether {@code out} can redraw a line
   * @param nanos a clock like {@link System#nanoTime}
   */
  TuneReport(PrintStream out, boolean terminal, LongSupplier nanos) {
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
  }

  @Override
  public void note(String line) {
    out.println(line);
  }

  @Override
  public void resumed(Path checkpoint) {
    out.println("Going on from " + checkpoint);
  }

  @Override
  public void start(int step, int steps, int perEpoch) {
    first = step;
    total = steps;
    stepsPerEpoch = perEpoch;
    started = nanos.getAsLong();
    shown = started;
  }

  @Override
  public void step(int step, float stepLoss) {
    loss = Double.isNaN(loss) ? stepLoss : loss + SMOOTHING * (stepLoss - loss);
    long now = nanos.getAsLong();
    if (now - shown < (terminal ? TERMINAL_NANOS : LINE_NANOS)) {
      return;
    }
    shown = now;
    double rate = (step - first) / ((now - started) / 1e9);
    int filled = (int) ((long) BAR * step / total);
    String line =
        String.format(
            Locale.ROOT,
            "[%s%s] step %d/%d  loss %.4f  %.1f steps/s  %.0f s left",
            "#".repeat(filled),
            ".".repeat(BAR - filled),
            step,
            total,
            loss,
            rate,
            (total - step) / rate);
    out.print(terminal ? "\r" + line + "  " : line + System.lineSeparator());
    out.flush();
  }

  /** The user has asked to stop. Called on another thread than all else. */
  void stopping() {
    out.printf("%nStopping after this step...%n");
    out.flush();
  }

  /** The run was stopped and can go on. */
  void stopped(FineTuning.Stopped run) {
    out.printf(
        "Stopped after step %d of %d; saved %s. Give the same command again to go on from there.%n",
        run.step(), run.steps(), run.checkpoint());
    out.flush();
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    out.print(terminal ? "\r" : "");
    out.printf(
        Locale.ROOT,
        "epoch %.2f  step %d  accuracy %.4f  F1 %.4f  loss %.4f  (%d pairs)%s%n",
        (double) evaluation.step() / stepsPerEpoch,
        evaluation.step(),
        evaluation.accuracy(),
        evaluation.f1(),
        evaluation.loss(),
        evaluation.examples(),
        terminal ? " ".repeat(20) : "");
    out.flush();
  }
}
