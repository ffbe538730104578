package io.ganglion.server;

import java.io.PrintStream;
import picocli.CommandLine;

/** Entry point of {@code bin/server}. */
public final class ServerMain {
  private ServerMain() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  /** Exit code: 0 done, 1 the work failed, 2 wrong usage. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    ServerCommand command = new ServerCommand(out);
    CommandLine line = new CommandLine(command);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (exception, ignored, result) -> {
          err.println(message(exception));
          if (command.verbose()) {
            exception.printStackTrace(err);
          }
          return exception instanceof IllegalArgumentException ? 2 : 1;
        });
    return line.execute(arguments);
  }

  private static String message(Exception exception) {
    String message = exception.getMessage();
    return message == null ? "The server failed: " + exception : message;
  }
}
