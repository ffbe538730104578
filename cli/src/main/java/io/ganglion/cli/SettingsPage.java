package io.ganglion.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Prints each setting of a command and where it comes from. What it prints is a configuration file
 * that sets the same.
 */
final class SettingsPage {
  private static final int ORIGIN_AT = 44;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./][A-Za-z0-9_./+=%-]*");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Za-z0-9_]+)}");

  private final ParseResult result;
  private final Settings settings;
  private final TypedOptions typed;

  /**
   * @param result of the command
   */
  SettingsPage(ParseResult result, Settings settings, TypedOptions typed) {
    this.result = result;
    this.settings = settings;
    this.typed = typed;
  }

  private record Line(@Nullable String value, String origin) {}

  void print(PrintWriter out) {
    Flags.settable(result.commandSpec()).forEach((key, option) -> out.println(line(key, option)));
    out.flush();
  }

  private String line(String key, OptionSpec option) {
    Line line = line(option);
    if (line.value() == null) {
      return "# " + key + ": " + line.origin();
    }
    boolean secret = option.type() == Secret.class;
    String setting = secret ? "# " + key + ": " + Secret.SHOWN : key + ": " + line.value();
    return setting + " ".repeat(Math.max(1, ORIGIN_AT - setting.length())) + "# " + line.origin();
  }

  private Line line(OptionSpec option) {
    Optional<Setting> setting = settings.of(option);
    if (setting.isPresent()) {
      return new Line(shown(setting.get().values()), setting.get().origin());
    }
    if (typed.has(option)) {
      return new Line(
          shown(result.matchedOption(option.longestName()).originalStringValues()),
          typed.name(option).orElse(Flags.name(option)));
    }
    if (option.arity().max() == 0) {
      return new Line("false", "default");
    }
    String value = option.defaultValueString(true);
    return value == null || value.equals("null") || value.isEmpty()
        ? new Line(null, "not set")
        : new Line(shown(List.of(value)), origin(option.defaultValue()));
  }

  private static String origin(@Nullable String defaultValue) {
    Matcher variable = VARIABLE.matcher(String.valueOf(defaultValue));
    return variable.matches() ? variable.group(1) : "default";
  }

  private static String shown(List<String> values) {
    List<String> quoted = values.stream().map(SettingsPage::quoted).toList();
    return quoted.size() == 1 ? quoted.get(0) : "[" + String.join(", ", quoted) + "]";
  }

  private static String quoted(String value) {
    return PLAIN.matcher(value).matches()
        ? value
        : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
