package io.ganglion.cli.pairs;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A label as spelled in the file: a name such as {@code entailment}, a label's number, or a score.
 *
 * @param text not blank
 */
public record Label(String text) {
  /** Removes blanks around the text. */
  public Label {
    text = text.strip();
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a label is not blank");
    }
  }

  /** Its value, if the text is a number. */
  public OptionalDouble number() {
    return text.matches("[-+]?[0-9]{1,15}(\\.[0-9]{1,15})?([eE][-+]?[0-9]{1,2})?")
        ? OptionalDouble.of(Double.parseDouble(text))
        : OptionalDouble.empty();
  }

  /**
   * Its index in a model's labels: the position of its name, or the text itself as a number below
   * their count.
   */
  public OptionalInt in(List<String> names) {
    int named = names.indexOf(text);
    if (named >= 0) {
      return OptionalInt.of(named);
    }
    double number = number().orElse(-1);
    return number >= 0 && number < names.size() && number == Math.rint(number)
        ? OptionalInt.of((int) number)
        : OptionalInt.empty();
  }
}
