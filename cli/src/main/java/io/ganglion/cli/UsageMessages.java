package io.ganglion.cli;

import java.util.Arrays;
import java.util.List;
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
          .collect(Collectors.joining(", ", "Give ", ""));
    }
    // Some of picocli's messages begin with "Error: "; ours begin with the program's name.
    return String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
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
    return NearestName.of(name, known).map(near -> ": did you mean " + near + "?").orElse("");
  }

  private static String label(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? firstLongName(option) + " " + option.paramLabel()
        : argument.paramLabel();
  }

  /** The name that help and examples use. The other names are spellings of other programs. */
  private static String firstLongName(OptionSpec option) {
    return Arrays.stream(option.names())
        .filter(name -> name.startsWith("--"))
        .findFirst()
        .orElse(option.longestName());
  }
}
