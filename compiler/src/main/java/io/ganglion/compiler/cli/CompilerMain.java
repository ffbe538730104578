package io.ganglion.compiler.cli;

import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.SettingException;
import io.ganglion.compiler.pipeline.ModelCompiler;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The command line of the compiler. */
@Command(
    name = "compiler",
    version = "compiler " + ModelCompiler.VERSION,
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
    return commandLine().execute(args);
  }

  static CommandLine commandLine() {
    CompilerMain main = new CompilerMain();
    CommandLine line = new CommandLine(main);
    line.setUsageHelpWidth(100);
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((e, command, parsed) -> report(e, main.verbose));
    line.setParameterExceptionHandler(
        (e, arguments) -> {
          // picocli begins some of its messages like this itself.
          return wrongUsage(String.valueOf(e.getMessage()).replaceFirst("^Error: ", ""));
        });
    return line;
  }

  /**
   * What went wrong and whose it is: a setting that makes no sense is wrong usage, a {@link
   * CompileException} is work that cannot be done, and all else is a fault of the compiler.
   */
  static int report(Exception e, boolean verbose) {
    if (verbose) {
      e.printStackTrace();
    }
    if (e instanceof SettingException) {
      return wrongUsage(String.valueOf(e.getMessage()));
    }
    if (e instanceof CompileException) {
      error(String.valueOf(e.getMessage()));
      for (Throwable left : e.getSuppressed()) {
        error(left instanceof CompileException ? String.valueOf(left.getMessage()) : left + "");
      }
    } else {
      error(
          "The compiler failed: "
              + e
              + "; this is a fault of the compiler, --verbose shows where.");
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static int wrongUsage(String message) {
    error(message);
    System.err.println("Try --help.");
    return CommandLine.ExitCode.USAGE;
  }

  private static void error(String message) {
    System.err.println("error: " + message);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        spec.subcommands().keySet().stream()
            .collect(Collectors.joining(", ", "Name a command: ", ".")));
  }

  /** Standard output for reports, in UTF-8. */
  static PrintStream out() {
    return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  }

  /** Phases on standard error, with a bar where that is a terminal. */
  static Progress progress() {
    return new ConsoleProgress(System.err, isTerminal(), System::nanoTime);
  }

  @SuppressWarnings("SystemConsoleNull") // later JDKs only draw a bar into a file
  static boolean isTerminal() {
    return System.console() != null;
  }
}
