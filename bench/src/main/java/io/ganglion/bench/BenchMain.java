package io.ganglion.bench;

import io.ganglion.bench.engine.EngineException;
import io.ganglion.bench.model.ModelException;
import java.io.IOException;
import java.util.Arrays;
import picocli.CommandLine;

/** Entry point of {@code bin/bench}. */
public final class BenchMain {
  private BenchMain() {}

  public static void main(String[] args) throws IOException {
    if (args.length > 0 && args[0].equals("jmh")) {
      org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
      return;
    }
    System.exit(run(args));
  }

  /** Exit code: 0 done, 1 the work failed, 2 wrong usage. */
  static int run(String... args) {
    BenchCommand command = new BenchCommand();
    CommandLine line = new CommandLine(command);
    line.setUsageHelpWidth(100);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (e, failed, parsed) -> {
          boolean expected =
              e instanceof ModelException
                  || e instanceof EngineException
                  || e instanceof IOException;
          System.err.println("error: " + (expected ? e.getMessage() : "The bench failed: " + e));
          if (command.verbose()) {
            e.printStackTrace();
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    return line.execute(args);
  }
}
