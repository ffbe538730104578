package io.ganglion.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Runs a program's command: one form of help, of errors and of exit codes for all programs.
 *
 * <p>Exit code 0: the work is done. 1: it failed. 2: wrong usage, which means only what picocli
 * refuses and {@link UsageException}. An error is one line: the program's name and a sentence. Any
 * unexpected exception is reported as a fault of the program. {@code --verbose} shows stack traces.
 *
 * <p>Used by the main thread. Does not end the JVM.
 */
public final class Shell {
  private static final String UNREADABLE = "\uFFFD";

  private final PrintStream out;
  private final PrintStream err;
  private final List<Class<? extends Exception>> failures;
  private final List<Class<? extends Exception>> usages;
  private final Map<String, String> environment;

  /**
   * Creates a shell.
   *
   * @param out takes help and versions
   * @param err takes errors
   * @param failures exceptions whose message is a sentence for the user, in addition to {@link
   *     FailureException} and {@link IOException}
   */
  public Shell(PrintStream out, PrintStream err, List<Class<? extends Exception>> failures) {
    this(out, err, failures, List.of());
  }

  /**
   * Creates a shell for a program that also has its own exceptions for wrong usage.
   *
   * @param out takes help and versions
   * @param err takes errors
   * @param failures exceptions with a sentence for the user
   * @param usages exceptions that mean wrong usage, like {@link UsageException}
   */
  public Shell(
      PrintStream out,
      PrintStream err,
      List<Class<? extends Exception>> failures,
      List<Class<? extends Exception>> usages) {
    this(out, err, failures, usages, System.getenv());
  }

  /** Creates a shell in another environment than that of this process. */
  Shell(
      PrintStream out,
      PrintStream err,
      List<Class<? extends Exception>> failures,
      List<Class<? extends Exception>> usages,
      Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.failures = List.copyOf(failures);
    this.usages = List.copyOf(usages);
    this.environment = Map.copyOf(environment);
  }

  /**
   * Runs the command that the arguments name.
   *
   * @param command an object with picocli's annotations
   * @return the exit code
   */
  public int run(Object command, String... arguments) {
    CommandLine line = commandLine(command);
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].contains(UNREADABLE)) {
        return wrongUsage(line, unreadable(i + 1, arguments[i]));
      }
    }
    try {
      return run(line, TypedOptions.of(line, arguments), arguments);
    } catch (OutOfMemoryError e) {
      long heap = Runtime.getRuntime().maxMemory() >> 20;
      String advice = "; its heap is %d MB: give it more with GANGLION_JAVA_OPTS=-Xmx%dm";
      return failed(line, e, "Out of memory" + advice.formatted(heap, 2 * heap));
    } catch (Error e) {
      return failed(line, e, fault(e));
    }
  }

  private int run(CommandLine line, TypedOptions typed, String... arguments) {
    if (typed.has(line.getCommandSpec().findOption(HelpStyle.COMPLETION))) {
      line.getOut().println(AutoComplete.bash(line.getCommandName(), line));
      return CommandLine.ExitCode.OK;
    }
    Settings settings;
    try {
      settings = Settings.read(typed, environment);
    } catch (UsageException | FailureException e) {
      return ended(line, typed.command().commandLine(), e, new Wording(typed, Settings.none()));
    }
    settings.applyTo(typed.command());
    Wording wording = new Wording(typed, settings);
    line.setExecutionStrategy(
        parsed -> execute(line, parsed, last -> new SettingsPage(last, settings, typed)));
    line.setParameterExceptionHandler(
        (e, all) -> wrongUsage(e.getCommandLine(), wording.of(UsageMessages.of(e))));
    line.setExecutionExceptionHandler((e, failed, parsed) -> ended(line, failed, e, wording));
    return line.execute(arguments);
  }

  /** The command line, with everything that all programs share. */
  CommandLine commandLine(Object command) {
    CommandLine line = new CommandLine(command);
    HelpStyle.apply(line);
    line.setOut(new PrintWriter(out, true, Charset.defaultCharset()));
    line.setErr(new PrintWriter(err, true, Charset.defaultCharset()));
    line.registerConverter(Duration.class, new Durations());
    line.registerConverter(Secret.class, Secret::new);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  private static int execute(
      CommandLine line, ParseResult parsed, Function<ParseResult, SettingsPage> page) {
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    boolean runs = line.getCommand() instanceof Callable;
    if (!runs && !line.getSubcommands().isEmpty() && !parsed.hasSubcommand()) {
      throw new ParameterException(line, "Name a command: " + UsageMessages.commands(line));
    }
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    if (last.hasMatchedOption(HelpStyle.PRINT_CONFIG)) {
      page.apply(last).print(line.getOut());
      return CommandLine.ExitCode.OK;
    }
    return new RunLast().execute(parsed);
  }

  private int ended(CommandLine line, CommandLine failed, Exception e, Wording wording) {
    if (e instanceof UsageException || isOneOf(usages, e)) {
      return wrongUsage(failed, wording.of(Sentences.of(e)));
    }
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return failed(line, e, "Interrupted");
    }
    return failed(line, e, foreseen(e) ? wording.of(Sentences.of(e)) : fault(e));
  }

  private boolean foreseen(Throwable e) {
    return e instanceof FailureException
        || e instanceof IOException
        || e instanceof UncheckedIOException
        || isOneOf(failures, e);
  }

  private static boolean isOneOf(List<Class<? extends Exception>> types, Throwable e) {
    return types.stream().anyMatch(type -> type.isInstance(e));
  }

  private static String fault(Throwable e) {
    return "The program failed: " + e + "; this is a fault of the program, --verbose shows where";
  }

  private static String unreadable(int number, String argument) {
    return ("Argument %d, \"%s\", has bytes that are no text in this locale, whose charset is %s;"
            + " set LC_ALL=C.UTF-8")
        .formatted(number, argument, System.getProperty("sun.jnu.encoding"));
  }

  private int wrongUsage(CommandLine line, String message) {
    String command = line.getCommandSpec().qualifiedName();
    say(line, message);
    err.print(" See " + command + " --help.");
    err.println();
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private int failed(CommandLine line, Throwable e, String message) {
    if (!(line.getCommand() instanceof FailureSink sink)
        || !sink.failed(Sentences.whole(message))) {
      say(line, message);
      err.println();
    }
    for (Throwable also : e.getSuppressed()) {
      if (foreseen(also)) { // failures during the clean-up
        say(line, Sentences.of(also));
        err.println();
      }
    }
    if (verbose(line)) {
      e.printStackTrace(err);
    }
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  private void say(CommandLine line, String message) {
    String program = line.getCommandSpec().root().name();
    err.print(program + ": " + Sentences.whole(message));
  }

  private static boolean verbose(CommandLine line) {
    List<ParseResult> results = new ArrayList<>();
    for (ParseResult at = line.getParseResult(); at != null; at = at.subcommand()) {
      results.add(at);
    }
    return results.stream().anyMatch(result -> result.hasMatchedOption(HelpStyle.VERBOSE));
  }
}
