package io.ganglion.compiler.cli;

import io.ganglion.compiler.Progress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows the user what a command is doing: one line for each phase with its seconds, and a bar
 * during phases of more than a second. Notes may come from any thread, all other calls from one.
 */
final class ConsoleProgress implements Progress {
  private static final long SHOW_AFTER_NANOS = 1_000_000_000L;
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long REPEAT_NANOS = 5_000_000_000L;
  private static final int BAR = 30;

  private final PrintStream out;
  private final boolean bar;
  private final LongSupplier nanos;
  private String current = "";
  private long started;
  private long shown;
  private boolean barOnScreen;

  /**
   * @param out receives the lines
   * @param bar whether {@code out} is a terminal that can redraw a line
   * @param nanos a clock like {@link System#nanoTime}
   */
  ConsoleProgress(PrintStream out, boolean bar, LongSupplier nanos) {
    this.out = out;
    this.bar = bar;
    this.nanos = nanos;
  }

  @Override
  public void begins(String phase) {
    current = phase;
    started = nanos.getAsLong();
    shown = started;
  }

  @Override
  public void ends(String phase) {
    double seconds = (nanos.getAsLong() - started) / 1e9;
    clearBar();
    out.printf(Locale.ROOT, "%-34s %6.1f s%n", phase, seconds);
    out.flush();
  }

  @Override
  public void note(String line) {
    out.println(line);
  }

  @Override
  public void at(long done, long total) {
    long now = nanos.getAsLong();
    if (now - started < SHOW_AFTER_NANOS || now - shown < (bar ? REDRAW_NANOS : REPEAT_NANOS)) {
      return;
    }
    shown = now;
    int percent = (int) (100 * done / Math.max(1, total));
    if (bar) {
      int filled = percent * BAR / 100;
      out.printf(
          "\r%-34s [%s%s] %3d %%", current, "#".repeat(filled), ".".repeat(BAR - filled), percent);
      barOnScreen = true;
    } else {
      out.printf("%-34s %3d %%%n", current, percent);
    }
    out.flush();
  }

  private void clearBar() {
    if (barOnScreen) {
      out.print("\r" + " ".repeat(BAR + 45) + "\r");
      barOnScreen = false;
    }
  }
}
