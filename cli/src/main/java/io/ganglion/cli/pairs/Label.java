package io.ganglion.cli.pairs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A label as spelled in the file: a name such as {@code entailment}, a label's number, or a score.
 *
 * @param text not blank
 */
public record Label(String text) {
  private static final Pattern SPAN = Pattern.compile("(.+):([0-9]{1,9})-([0-9]{1,9})");

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
   * An entity of a text.
   *
   * @param start where it begins, in chars
   * @param end where it ends, exclusive
   */
  public record Span(String label, int start, int end) {}

  /**
   * Its entities, if the text is a list of them, such as {@code PER:0-4,LOC:15-21}, or {@code -}
   * for none.
   */
  public Optional<List<Span>> spans() {
    if (text.equals("-")) {
      return Optional.of(List.of());
    }
    List<Span> spans = new ArrayList<>();
    for (String entity : text.split(",", -1)) {
      Matcher matcher = SPAN.matcher(entity.strip());
      if (!matcher.matches()) {
        return Optional.empty();
      }
      spans.add(
          new Span(
              matcher.group(1),
              Integer.parseInt(matcher.group(2)),
              Integer.parseInt(matcher.group(3))));
    }
    return Optional.of(spans);
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
