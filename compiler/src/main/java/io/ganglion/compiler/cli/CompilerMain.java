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
import java.util.ServiceLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The command line of the compiler. */
@Command(
    name = "compiler",
    description = "Turns a BERT model into a Neuron artifact that the server serves.",
    footer = {
      "First steps:",
      "  compiler sample --size mini --output /tmp/mini",
      "  compiler compile --model /tmp/mini --output /tmp/mini-bf16 --precision bf16",
      "  server --dir /tmp/mini-bf16"
    },
    subcommands = {
      CompileCommand.class,
      SampleCommand.class,
      ExportCommand.class,
      InspectCommand.class,
      DiffCommand.class
    })
public final class CompilerMain {
  /** Commands that only a program with TensorFlow has, in the order of the help. */
  private static final List<String> BROUGHT =
      List.of("tune", "convert-checkpoint", "generate-pairs", "prepare-mrpc");

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
        .run(commands(), args);
  }

  /** All commands of this program, and stand-ins for those that it lacks. */
  static CommandSpec commands() {
    CommandSpec all = CommandSpec.forAnnotatedObject(new CompilerMain());
    List<CommandSpec> brought =
        ServiceLoader.load(BroughtCommand.class).stream()
            .map(provider -> CommandSpec.forAnnotatedObject(provider.get()))
            .toList();
    for (String name : BROUGHT) {
      all.addSubcommand(
          name,
          brought.stream()
              .filter(command -> command.name().equals(name))
              .findFirst()
              .orElseGet(() -> CommandSpec.forAnnotatedObject(new AbsentCommand())));
    }
    return all;
  }

  /** Standard output in UTF-8, for reports. */
  static PrintStream out() {
    return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  }

  /** Shows phases on standard error, with a bar if that is a terminal. */
  static Progress progress() {
    return new ConsoleProgress(System.err, isTerminal(), System::nanoTime);
  }

  /** Whether the user sees what is printed at once. */
  @SuppressWarnings(
      "SystemConsoleNull") // later JDKs may have a console without a terminal; a bar then goes to a
  // file
  public static boolean isTerminal() {
    return System.console() != null;
  }
}
