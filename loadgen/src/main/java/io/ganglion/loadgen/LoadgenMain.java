package io.ganglion.loadgen;

import io.ganglion.cli.Shell;
import java.io.PrintStream;
import java.util.List;

/** The command: parses flags, runs, and ends the JVM with the exit code. */
public final class LoadgenMain {
  private LoadgenMain() {}

  /**
   * Runs the command.
   *
   * @param args its flags; {@code --help} lists them
   */
  public static void main(String[] args) {
    System.exit(run(System.out, System.err, args));
  }

  static int run(PrintStream out, PrintStream err, String... args) {
    return new Shell(out, err, List.of()).run(new LoadgenCommand(out, err), args);
  }
}
