package io.ganglion.compiler.cli;

import io.ganglion.cli.Shell;
import io.ganglion.compiler.CompileException;
import io.ganglion.compiler.Progress;
import io.ganglion.compiler.SettingException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;

/** The command line of the compiler. */
@Command(
    name = "compiler",
    description =
        "Turns a BERT classifier saved by TensorFlow into a Neuron artifact that the server serves.",
    footer = {
      "First steps:",
      "  compiler sample --size mini --output /tmp/mini",
      "  compiler compile --saved-model /tmp/mini --output /tmp/mini-bf16 --precision bf16",
      "  server --dir /tmp/mini-bf16"
    },
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
public final class CompilerMain {
  private CompilerMain() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs one command and returns its exit code. */
  static int run(String... args) {
    return new Shell(
            System.out,
            System.err,
            List.of(CompileException.class),
            List.of(SettingException.class))
        .run(new CompilerMain(), args);
  }

  /** Standard output in UTF-8, for reports. */
  static PrintStream out() {
    return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  }

  /** Shows phases on standard error, with a bar if that is a terminal. */
  static Progress progress() {
    return new ConsoleProgress(System.err, isTerminal(), System::nanoTime);
  }

  @SuppressWarnings(
      "SystemConsoleNull") // later JDKs may have a console without a terminal; a bar then goes to a
  // file
  static boolean isTerminal() {
    return System.console() != null;
  }
}
