package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Phases;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/**
 * The command line of the compiler: {@code compile}, {@code sample}, {@code inspect}, {@code diff}.
 */
@Command(
    name = "compiler",
    version = "compiler " + CompilerMain.VERSION,
    description = {
      "Turns a BERT classifier saved by TensorFlow into a Neuron artifact that the server serves.",
      ""
    },
    footer = {
      "",
      "First steps:",
      "  compiler sample --size mini --output /tmp/mini",
      "  compiler compile --saved-model /tmp/mini --output /tmp/mini-bf16 --precision bf16",
      "  server --dir /tmp/mini-bf16",
      "",
      "Exit codes: 0 done, 1 the work failed, 2 wrong usage."
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CompileCommand.class,
      SampleCommand.class,
      TuneCommand.class,
      ExportCommand.class,
      GeneratePairsCommand.class,
      PrepareMrpcCommand.class,
      InspectCommand.class,
      DiffCommand.class
    })
public final class CompilerMain implements Runnable {
  /** Written into artifacts. */
  public static final String VERSION = "0.1.0";

  @CommandLine.Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean verbose;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private CompilerMain() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs one command; gives its exit code. */
  static int run(String... args) {
    CompilerMain main = new CompilerMain();
    CommandLine line = new CommandLine(main);
    line.setUsageHelpWidth(100);
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((e, command, parsed) -> main.report(e));
    line.setParameterExceptionHandler(
        (e, arguments) -> {
          // picocli begins some of its messages like this itself.
          error(String.valueOf(e.getMessage()).replaceFirst("^Error: ", ""));
          System.err.println("Try --help.");
          return CommandLine.ExitCode.USAGE;
        });
    return line.execute(args);
  }

  private int report(Exception e) {
    if (e instanceof CompileException) {
      error(String.valueOf(e.getMessage()));
    } else {
      error(
          "The compiler failed: "
              + e
              + "; this is a fault of the compiler, --verbose shows where.");
    }
    if (verbose) {
      e.printStackTrace();
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static void error(String message) {
    System.err.println("error: " + message);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Name a command: compile, sample, inspect or diff.");
  }

  /** Standard output for reports, in UTF-8. */
  public static PrintStream out() {
    return new PrintStream(
        new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
  }

  /** Phases on standard error, with a bar where that is a terminal. */
  @SuppressWarnings("SystemConsoleNull") // later JDKs only draw a bar into a file
  static Phases phases() {
    return new Phases(System.err, System.console() != null);
  }
}
