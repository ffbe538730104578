package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A literal, or a regular expression of the kind that can be matched without going back: each
 * alternative is a sequence of single code points, of which the last may be repeated and the others
 * left out at most.
 *
 * @param isRegex whether {@code source} is a regular expression
 */
record RunPattern(String source, boolean isRegex, List<List<Item>> alternatives)
    implements Pattern {
  /** A class of code points that stands at least {@code least} and at most {@code most} times. */
  record Item(CodePointClass codePoints, int least, int most) {}

  RunPattern {
    alternatives = alternatives.stream().map(List::copyOf).toList();
  }

  static RunPattern ofLiteral(String literal) {
    return new RunPattern(
        literal,
        false,
        List.of(
            literal
                .codePoints()
                .mapToObj(c -> new Item(new CodePointClass(other -> other == c), 1, 1))
                .toList()));
  }

  static RunPattern ofRegex(String regex, String where) throws TokenizerException {
    return new RunPattern(regex, true, new RegexParser(regex, where).parse());
  }

  @Override
  public int match(CodePoints text, int at, int end) {
    for (List<Item> alternative : alternatives) {
      int to = match(alternative, text, at, end);
      if (to > at) {
        return to;
      }
    }
    return at;
  }

  private static int match(List<Item> items, CodePoints text, int at, int end) {
    int to = at;
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      int start = to;
      while (to < end && to - start < item.most() && item.codePoints().has(text.at(to))) {
        to++;
      }
      if (to - start < item.least()) {
        return -1;
      }
    }
    return to;
  }

  @Override
  public boolean mayTouchAlphanumerics() {
    for (int c = 0; c < 0x80; c++) {
      for (List<Item> alternative : alternatives) {
        for (Item item : alternative) {
          if (Pattern.isAlphanumeric(c) && item.codePoints().has(c)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  @Override
  public void describe(ObjectNode to) {
    to.put(isRegex ? "Regex" : "String", source);
  }
}
