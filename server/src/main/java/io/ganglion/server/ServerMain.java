package io.ganglion.server;

import io.ganglion.cli.Shell;
import io.ganglion.engine.model.ModelException;
import java.io.PrintStream;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Entry point of {@code bin/server}. */
public final class ServerMain {
  // Held, because a logger that is garbage collected loses its level.
  private static final Logger TRANSPORT = Logger.getLogger("io.grpc");

  private static final Logger CLIENTS = Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty");
  private static final Logger TRACES = Logger.getLogger("io.opentelemetry");

  private ServerMain() {}

  public static void main(String[] arguments) {
    // A client that breaks its connection or sends too much must not fill the log with stack
    // traces.
    TRANSPORT.setLevel(Level.WARNING);
    CLIENTS.setLevel(Level.SEVERE);
    TRACES.setLevel(Level.WARNING); // our own message says what is wrong with a setting
    int code = 1;
    try {
      code = run(arguments, System.out, System.err);
    } catch (RuntimeException | Error e) {
      System.err.println("The server failed: " + e);
    } finally {
      end(code);
    }
  }

  /** Ends the JVM, by force if necessary, because some threads would keep it alive. */
  private static void end(int code) {
    try {
      System.exit(code);
    } catch (RuntimeException | Error e) {
      Runtime.getRuntime().halt(code);
    }
  }

  /** Exit code: 0 done, 1 the work failed, 2 wrong usage. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    return new Shell(out, err, List.of(ModelException.class))
        .run(new ServerCommand(out, err), arguments);
  }
}
