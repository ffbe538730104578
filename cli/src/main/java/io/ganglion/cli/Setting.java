package io.ganglion.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option that was set without being typed.
 *
 * @param values as they were written; several for an option that is a list
 * @param origin where they were written: {@code server.yaml:3}, or the name of a variable
 */
record Setting(OptionSpec option, List<String> values, String origin) {
  /** Checks that the option takes such values. */
  Setting {
    values = List.copyOf(values);
    String flag = Flags.name(option);
    if (option.arity().max() == 0) {
      String value = String.join(",", values);
      if (!value.equals("true") && !value.equals("false")) {
        throw new UsageException(
            "%s: %s is true or false, not '%s'".formatted(origin, flag, value));
      }
    } else if (option.arity().min() > 1 && values.size() != option.arity().min()) {
      throw new UsageException(
          "%s: %s takes a list of %d values".formatted(origin, flag, option.arity().min()));
    } else if (values.size() != 1 && option.arity().max() == 1 && !option.isMultiValue()) {
      throw new UsageException("%s: %s takes one value".formatted(origin, flag));
    }
  }

  /** What a user would have typed. */
  List<String> arguments() {
    String flag = Flags.name(option);
    if (option.arity().max() == 0) {
      return values.get(0).equals("true") ? List.of(flag) : List.of();
    }
    if (option.arity().min() > 1) {
      List<String> arguments = new ArrayList<>(List.of(flag));
      arguments.addAll(values);
      return arguments;
    }
    return values.stream().map(value -> flag + "=" + value).toList();
  }
}
