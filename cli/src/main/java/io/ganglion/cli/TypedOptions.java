package io.ganglion.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What was typed, found by a parse that overlooks all errors: the parse that follows it reports
 * them.
 */
final class TypedOptions {
  private final CommandSpec command;
  private final @Nullable ParseResult result;
  private final List<String> arguments;

  private TypedOptions(CommandSpec command, @Nullable ParseResult result, List<String> arguments) {
    this.command = command;
    this.result = result;
    this.arguments = arguments;
  }

  static TypedOptions of(CommandLine line, String... arguments) {
    List<CommandSpec> commands = Flags.all(line.getCommandSpec());
    commands.forEach(command -> command.parser().collectErrors(true));
    try {
      ParseResult result = line.parseArgs(arguments);
      List<String> expanded = new ArrayList<>(result.expandedArgs());
      while (result.hasSubcommand()) {
        result = result.subcommand();
      }
      return new TypedOptions(result.commandSpec(), result, expanded);
    } catch (ParameterException e) {
      return new TypedOptions(e.getCommandLine().getCommandSpec(), null, List.of(arguments));
    } finally {
      commands.forEach(command -> command.parser().collectErrors(false));
    }
  }

  /** The command to run. */
  CommandSpec command() {
    return command;
  }

  /** Whether the command only shows its help or its version. */
  boolean showsHelp() {
    return result != null && (result.isUsageHelpRequested() || result.isVersionHelpRequested());
  }

  boolean has(OptionSpec option) {
    return result != null && result.hasMatchedOption(option);
  }

  /** The value of an option of the command that takes one text. */
  Optional<String> value(String name) {
    return result == null
        ? Optional.empty()
        : Optional.ofNullable(result.<String>matchedOptionValue(name, null));
  }

  /** Which of an option's names was typed. */
  Optional<String> name(OptionSpec option) {
    return arguments.stream()
        .flatMap(
            argument ->
                Arrays.stream(option.names())
                    .filter(name -> argument.equals(name) || argument.startsWith(name + "=")))
        .findFirst();
  }
}
