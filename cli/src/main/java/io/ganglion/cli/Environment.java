package io.ganglion.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The settings in environment variables: {@code GANGLION_SERVER_MAX_QUEUE} is {@code --max-queue}
 * of the server. Each command has names of its own, because programs that run in one environment
 * have flags of one name that mean different things.
 */
final class Environment {
  private static final String OURS = "GANGLION_";

  /**
   * Kubernetes sets variables in each container for each Service. Those of a Service called
   * ganglion-server begin as ours do, and GANGLION_SERVER_PORT is among them, with an address.
   */
  private static final Pattern SERVICE_NAME =
      Pattern.compile(".*(_SERVICE_HOST|_SERVICE_PORT(_.*)?|_PORT_[0-9]+_(TCP|UDP|SCTP)(_.*)?)");

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private final Map<String, String> variables;
  private final CommandSpec command;

  Environment(Map<String, String> variables, CommandSpec command) {
    this.variables = new TreeMap<>(variables);
    this.command = command;
  }

  /** The variable that sets an option of a command. */
  static String variable(CommandSpec command, String key) {
    String name = command.qualifiedName("_") + "_" + key;
    return OURS + name.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** The configuration file that a variable names. */
  Optional<String> configFile() {
    return Optional.ofNullable(variables.get(configVariable(command)));
  }

  private static String configVariable(CommandSpec command) {
    return variable(command, HelpStyle.CONFIG.replaceFirst("^-+", ""));
  }

  /**
   * The settings of the command.
   *
   * @throws UsageException if a variable looks like one of the program's and is none
   */
  List<Setting> settings() {
    Map<String, @Nullable OptionSpec> known = known();
    List<Setting> settings = new ArrayList<>();
    variables.forEach(
        (name, value) -> {
          if (!name.startsWith(OURS) || isOfAService(name, value)) {
            return;
          }
          OptionSpec option = known.get(name);
          if (option != null) {
            settings.add(new Setting(option, List.of(value), name));
          } else if (!known.containsKey(name)) {
            refuseWhatLooksLikeOurs(name, known);
          }
        });
    return settings;
  }

  /** All variables of the program. Those of other commands, and of files, have no option here. */
  private Map<String, @Nullable OptionSpec> known() {
    Map<String, @Nullable OptionSpec> known = new LinkedHashMap<>();
    for (CommandSpec any : Flags.all(command.root())) {
      Flags.settable(any)
          .forEach((key, option) -> known.put(variable(any, key), any == command ? option : null));
      known.put(configVariable(any), null);
    }
    return known;
  }

  private void refuseWhatLooksLikeOurs(String name, Map<String, @Nullable OptionSpec> known) {
    String program = variable(command.root(), "");
    if (name.startsWith(program)) {
      List<String> parts = known.keySet().stream().map(k -> k.substring(program.length())).toList();
      Optional<String> near = NearestName.of(name.substring(program.length()), parts);
      throw new UsageException(
          "The environment has %s, which sets nothing%s"
              .formatted(name, near.map(n -> ": did you mean " + program + n + "?").orElse("")));
    }
    String meant = variable(command, name.substring(OURS.length()));
    if (known.containsKey(meant)) {
      throw new UsageException(
          "The environment has %s, which no program reads: did you mean %s?"
              .formatted(name, meant));
    }
  }

  private static boolean isOfAService(String name, String value) {
    return SERVICE_NAME.matcher(name).matches()
        || (name.endsWith("_PORT") && SERVICE_ADDRESS.matcher(value).matches());
  }
}
