package io.ganglion.loadgen;

import java.time.Duration;
import picocli.CommandLine;

/** The command: parses flags, runs, and ends the JVM with the exit code. */
public final class LoadgenMain {
  private LoadgenMain() {}

  /**
   * Runs the command.
   *
   * @param args its flags; {@code --help} lists them
   */
  public static void main(String[] args) {
    System.exit(commandLine(new LoadgenCommand(System.out, System.err)).execute(args));
  }

  static CommandLine commandLine(LoadgenCommand command) {
    return new CommandLine(command)
        .registerConverter(Duration.class, new Durations())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler(
            (e, args) -> {
              e.getCommandLine().getErr().println("loadgen: " + e.getMessage());
              e.getCommandLine().getErr().println("See loadgen --help.");
              return 2;
            })
        .setExecutionExceptionHandler(
            (e, line, parsed) -> {
              line.getErr().println("loadgen: " + e.getMessage());
              if (command.verbose()) {
                e.printStackTrace(line.getErr());
              }
              return e instanceof IllegalArgumentException ? 2 : 1;
            });
  }
}
