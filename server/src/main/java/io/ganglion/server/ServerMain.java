package io.ganglion.server;

import java.io.PrintStream;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;

/** Entry point of {@code bin/server}. */
public final class ServerMain {
  // Held, for a logger that nobody holds forgets its level.
  private static final Logger TRANSPORT = Logger.getLogger("io.grpc");

  private static final Logger CLIENTS = Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty");
  private static final Logger TRACES = Logger.getLogger("io.opentelemetry");

  private ServerMain() {}

  public static void main(String[] arguments) {
    // A client that breaks its connection or sends too much is no event: it must not fill the log
    // with stack traces.
    TRANSPORT.setLevel(Level.WARNING);
    CLIENTS.setLevel(Level.SEVERE);
    TRACES.setLevel(Level.WARNING); // what is wrong with a setting is said in a sentence of ours
    int code = 1;
    try {
      code = run(arguments, System.out, System.err);
    } catch (RuntimeException | Error e) {
      System.err.println("The server failed: " + e);
    } finally {
      end(code);
    }
  }

  /** Some threads of the JVM would keep it alive, so it is ended; if need be by force. */
  private static void end(int code) {
    try {
      System.exit(code);
    } catch (RuntimeException | Error e) {
      Runtime.getRuntime().halt(code);
    }
  }

  /** Exit code: 0 done, 1 the work failed, 2 wrong usage. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    ServerCommand command = new ServerCommand(out, err);
    CommandLine line = new CommandLine(command);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setParameterExceptionHandler(
        (exception, ignored) -> {
          List<String> unknown =
              exception.getCommandLine().getUnmatchedArguments().stream()
                  .filter(argument -> argument.startsWith("-"))
                  .toList();
          // A flag that is misspelt is more than one that is missing for it.
          err.println(
              unknown.isEmpty()
                  ? exception.getMessage()
                  : "There is no option " + String.join(" ", unknown));
          err.println("Try: server --help");
          return 2;
        });
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
