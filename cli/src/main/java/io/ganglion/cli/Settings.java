package io.ganglion.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options of a command that were set without being typed: by the environment, or else by a
 * file. The command sees them as if they had been typed, so every check of flags holds for them.
 */
final class Settings {
  private final Map<OptionSpec, Setting> byOption;

  private Settings(Map<OptionSpec, Setting> byOption) {
    this.byOption = byOption;
  }

  /** No settings. */
  static Settings none() {
    return new Settings(Map.of());
  }

  /**
   * Reads them. An option that was typed is not among them.
   *
   * @throws UsageException if a variable or a key is unknown
   * @throws FailureException if the file cannot be read
   */
  static Settings read(TypedOptions typed, Map<String, String> variables) {
    CommandSpec command = typed.command();
    if (typed.showsHelp() || !Flags.runs(command)) {
      return none();
    }
    Environment environment = new Environment(variables, command);
    Optional<String> file = typed.value(HelpStyle.CONFIG).or(environment::configFile);
    Map<OptionSpec, Setting> byOption = new LinkedHashMap<>();
    file.ifPresent(f -> put(byOption, ConfigFile.read(Path.of(f), command)));
    put(byOption, environment.settings());
    byOption.keySet().removeIf(typed::has);
    return new Settings(byOption);
  }

  private static void put(Map<OptionSpec, Setting> byOption, List<Setting> settings) {
    settings.forEach(setting -> byOption.put(setting.option(), setting));
  }

  Collection<Setting> all() {
    return byOption.values();
  }

  Optional<Setting> of(OptionSpec option) {
    return Optional.ofNullable(byOption.get(option));
  }

  /** Has the command's next parse read them before what was typed. */
  void applyTo(CommandSpec command) {
    List<String> arguments = new ArrayList<>();
    byOption.values().forEach(setting -> arguments.addAll(setting.arguments()));
    Collections.reverse(arguments);
    command.preprocessor(new Typist(arguments));
  }

  /**
   * Puts arguments before those that were typed.
   *
   * @param reversed the last is read first
   */
  private record Typist(List<String> reversed) implements IParameterPreprocessor {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli's stack
    public boolean preprocess(
        Stack<String> arguments, CommandSpec command, ArgSpec none, Map<String, Object> info) {
      arguments.addAll(reversed);
      return false;
    }
  }
}
