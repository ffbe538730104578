package io.ganglion.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The names of options, as flags, and as keys of a configuration file. */
final class Flags {
  private Flags() {}

  /** The name that help and examples use. The other names are spellings of other programs. */
  static String name(OptionSpec option) {
    return Arrays.stream(option.names())
        .filter(name -> name.startsWith("--"))
        .findFirst()
        .orElse(option.longestName());
  }

  /** The name in a configuration file: the flag without its dashes. */
  static String key(OptionSpec option) {
    return name(option).replaceFirst("^-+", "");
  }

  /** The options that need not be typed, by key, in the order of the help. */
  static Map<String, OptionSpec> settable(CommandSpec command) {
    Map<String, OptionSpec> options = new LinkedHashMap<>();
    for (OptionSpec option : command.options()) {
      if (!HelpStyle.MUST_BE_TYPED.contains(name(option))) {
        options.put(key(option), option);
      }
    }
    return options;
  }

  /** Whether the command does work itself, and does not only hold other commands. */
  static boolean runs(CommandSpec command) {
    Object work = command.userObject();
    return work instanceof Runnable || work instanceof Callable;
  }

  /** The program's command and all commands below it. */
  static List<CommandSpec> all(CommandSpec command) {
    List<CommandSpec> commands = new ArrayList<>(List.of(command));
    for (CommandLine sub : command.subcommands().values()) {
      commands.addAll(all(sub.getCommandSpec()));
    }
    return commands;
  }

  /** A question after the nearest of the known names; empty if none is near. */
  static String suggestion(String name, Collection<String> known) {
    return NearestName.of(name, List.copyOf(known))
        .map(near -> ": did you mean " + near + "?")
        .orElse("");
  }
}
