package io.ganglion.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Puts an error in the user's words: a flag has the name that was typed, and what was not typed is
 * said with where it was written.
 */
final class Wording {
  private final TypedOptions typed;
  private final Settings settings;

  Wording(TypedOptions typed, Settings settings) {
    this.typed = typed;
    this.settings = settings;
  }

  String of(String message) {
    String worded = message;
    for (OptionSpec option : typed.command().options()) {
      worded = named(worded, option);
    }
    List<String> origins = new ArrayList<>();
    for (Setting setting : settings.all()) {
      String flag = Flags.name(setting.option());
      if (word(flag).matcher(worded).find() && !worded.contains(setting.origin())) {
        origins.add(flag + " is set by " + setting.origin());
      }
    }
    return origins.isEmpty()
        ? worded
        : worded.replaceFirst("\\.$", "") + " (" + String.join(", ", origins) + ")";
  }

  private String named(String message, OptionSpec option) {
    String shown = typed.name(option).orElse(Flags.name(option));
    String worded = message;
    for (String name : option.names()) {
      if (name.startsWith("--") && !name.equals(shown)) {
        worded = word(name).matcher(worded).replaceAll(Matcher.quoteReplacement(shown));
      }
    }
    return worded;
  }

  private static Pattern word(String flag) {
    return Pattern.compile("(?<![\\w-])" + Pattern.quote(flag) + "(?![\\w-])");
  }
}
