package io.ganglion.runtime.core;

import java.util.List;
import java.util.Locale;

/**
 * An option that only one kind of core understands. Programs offer it as a flag of this name.
 *
 * @param name lower-case words joined by '-'
 * @param label placeholder of the value in a help text
 * @param meaning what it does and what its default is, for a help text
 * @param values the allowed values, in lower case; empty for any text
 */
public record CoreOption(String name, String label, String meaning, List<String> values) {
  public CoreOption {
    values = List.copyOf(values);
    if (!name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
      throw new IllegalArgumentException("Not the name of an option: " + name);
    }
  }

  /** An option that takes any text. */
  public static CoreOption of(String name, String label, String meaning) {
    return new CoreOption(name, label, meaning, List.of());
  }

  /** An option that takes one of these values, in upper or lower case. */
  public static CoreOption oneOf(String name, String label, String meaning, List<String> values) {
    return new CoreOption(name, label, meaning, values);
  }

  /**
   * The value as cores expect it.
   *
   * @throws IllegalArgumentException if it is none of {@link #values}
   */
  public String parse(String value) {
    if (values.isEmpty()) {
      return value;
    }
    String lower = value.toLowerCase(Locale.ROOT);
    if (!values.contains(lower)) {
      throw new IllegalArgumentException(
          "%s must be one of %s, and is '%s'.".formatted(name, String.join(", ", values), value));
    }
    return lower;
  }
}
