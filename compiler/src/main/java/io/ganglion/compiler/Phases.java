package io.ganglion.compiler;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Tells a user what a command is doing: one line a phase with its seconds, and a bar while a phase
 * that takes longer than a second goes on. Used by one thread.
 */
public final class Phases {
  private static final long SHOW_AFTER_NANOS = 1_000_000_000L;
  private static final int BAR = 30;

  /** Work of one phase. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws CompileException;
  }

  /**
   * A phase that has ended.
   *
   * @param name what was done
   * @param seconds it took
   */
  public record Phase(String name, double seconds) {}

  private final PrintStream out;
  private final boolean bar;
  private final List<Phase> ended = new ArrayList<>();
  private String current = "";
  private long started;
  private long shown;
  private boolean barOnScreen;

  /**
   * @param out where lines go
   * @param bar whether {@code out} is a terminal that can redraw a line
   */
  public Phases(PrintStream out, boolean bar) {
    this.out = out;
    this.bar = bar;
  }

  /** Phases of which nobody is told. */
  public static Phases silent() {
    return new Phases(
        new PrintStream(
            java.io.OutputStream.nullOutputStream(),
            false,
            java.nio.charset.StandardCharsets.UTF_8),
        false);
  }

  /** Runs one phase. */
  public <T> T run(String name, Work<T> work) throws CompileException {
    current = name;
    started = System.nanoTime();
    shown = started;
    try {
      return work.run();
    } finally {
      double seconds = (System.nanoTime() - started) / 1e9;
      ended.add(new Phase(name, seconds));
      clearBar();
      out.printf("%-34s %6.1f s%n", name, seconds);
      out.flush();
    }
  }

  /** Prints a line of the current phase; any thread may. */
  public void say(String line) {
    out.println(line);
  }

  /** Says how far the current phase is. */
  public void at(long done, long total) {
    long now = System.nanoTime();
    if (now - started < SHOW_AFTER_NANOS || now - shown < (bar ? 100_000_000L : 5_000_000_000L)) {
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

  /** All phases that have ended. */
  public List<Phase> ended() {
    return Collections.unmodifiableList(ended);
  }
}
