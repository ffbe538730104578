package io.ganglion.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line. */
final class UsageMessages {
  private static final Pattern INVALID_VALUE =
      Pattern.compile("Invalid value for option '(-[^']+)'(?: \\([^)]*\\))?: (.*)", Pattern.DOTALL);
  private static final Pattern NO_CHOICE =
      Pattern.compile("expected one of \\[(.*)] \\(case-insensitive\\) but was '(.*)'");

  private UsageMessages() {}

  static String of(ParameterException e) {
    CommandLine line = e.getCommandLine();
    List<String> unmatched = line.getUnmatchedArguments();
    // A misspelt flag comes first: it is often the reason why another flag is missing.
    for (String argument : unmatched) {
      if (argument.startsWith("-")) {
        return "There is no option " + argument + suggestion(line, argument);
      }
    }
    if (e instanceof UnmatchedArgumentException && !unmatched.isEmpty()) {
      String argument = unmatched.get(0);
      return line.getSubcommands().isEmpty()
          ? "\"" + argument + "\" is an argument too many"
          : "There is no command " + argument + suggestion(line, argument);
    }
    if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      return missing.getMissing().stream()
              .map(UsageMessages::label)
              .collect(Collectors.joining(", ", "Give ", ""))
          + example(line, missing.getMissing());
    }
    return ours(String.valueOf(e.getMessage()));
  }

  /** Puts a message of picocli in the form of ours. */
  private static String ours(String message) {
    String plain = message.replaceFirst("^Error: ", "");
    Matcher invalid = INVALID_VALUE.matcher(plain);
    if (!invalid.matches()) {
      return plain;
    }
    Matcher choice = NO_CHOICE.matcher(invalid.group(2));
    String why =
        choice.matches()
            ? "'%s' is none of %s"
                .formatted(choice.group(2), choice.group(1).toLowerCase(Locale.ROOT))
            : invalid.group(2);
    return invalid.group(1) + ": " + why;
  }

  /** The commands of a program, in the order of the help. */
  static String commands(CommandLine line) {
    return String.join(", ", line.getSubcommands().keySet());
  }

  private static String suggestion(CommandLine line, String argument) {
    String name = argument.replaceFirst("=.*", "");
    CommandSpec spec = line.getCommandSpec();
    List<String> known =
        name.startsWith("-")
            ? spec.options().stream().flatMap(o -> List.of(o.names()).stream()).toList()
            : List.copyOf(line.getSubcommands().keySet());
    return Flags.suggestion(name, known);
  }

  /** The first example of the help that has what is missing. */
  private static String example(CommandLine line, List<ArgSpec> missing) {
    List<String> flags =
        missing.stream()
            .map(arg -> arg instanceof OptionSpec option ? Flags.name(option) : "")
            .toList();
    return Arrays.stream(line.getCommandSpec().usageMessage().footer())
        .map(String::strip)
        .filter(text -> text.startsWith(line.getCommandSpec().qualifiedName() + " "))
        .filter(text -> !text.endsWith("\\"))
        .filter(text -> flags.stream().allMatch(flag -> text.contains(flag + " ")))
        .findFirst()
        .map(text -> ", as in: " + text)
        .orElse("");
  }

  private static String label(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? Flags.name(option) + " " + option.paramLabel()
        : argument.paramLabel();
  }
}
