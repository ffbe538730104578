package io.ganglion.loadgen;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Prints one line a second. On a terminal it is redrawn in place. */
final class Progress implements Consumer<Second> {
  private final PrintStream out;
  private final boolean terminal;
  private final Map<String, Long> errors = new TreeMap<>();

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void accept(Second second) {
    second.errors().forEach((code, n) -> errors.merge(code, n, Long::sum));
    String line =
        second.atSeconds() <= 0
            ? String.format(Locale.ROOT, "warm-up, %.0f s left", Math.abs(second.atSeconds()))
            : String.format(
                Locale.ROOT,
                "%4.0f s  %,8.0f/s  in flight %d  p50 %.1f ms  p99 %.1f ms  errors %s",
                second.atSeconds(),
                second.rate(),
                second.inFlight(),
                second.p50Ms(),
                second.p99Ms(),
                errors.isEmpty() ? "0" : errors.toString());
    if (terminal) {
      out.print("\r\u001b[K" + line);
      out.flush();
    } else {
      out.println(line);
    }
  }

  void end() {
    if (terminal) {
      out.println();
    }
  }
}
