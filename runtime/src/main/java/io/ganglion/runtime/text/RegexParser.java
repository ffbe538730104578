package io.ganglion.runtime.text;

import com.ibm.icu.lang.UCharacterCategory;
import io.ganglion.runtime.text.RunPattern.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Reads the regular expressions that {@link RunPattern} can match in linear time, and refuses
 * others: groups, look-around, anchors, and repetitions that might have to be taken back. Used
 * once.
 */
final class RegexParser {
  private static final int UNBOUNDED = Integer.MAX_VALUE;
  private static final int MOST_REPEATS = 1000;
  private static final String QUANTIFIERS = "+*?{";
  private static final String SPECIAL = "()[]{}*+?|^$.\\";

  private final String regex;
  private final String where;
  private int at;

  RegexParser(String regex, String where) {
    this.regex = regex;
    this.where = where;
  }

  List<List<Item>> parse() throws TokenizerException {
    List<List<Item>> alternatives = new ArrayList<>();
    List<Item> items = new ArrayList<>();
    while (at < regex.length()) {
      if (regex.charAt(at) == '|') {
        at++;
        alternatives.add(checked(items));
        items = new ArrayList<>();
      } else {
        items.add(item());
      }
    }
    alternatives.add(checked(items));
    return alternatives;
  }

  private List<Item> checked(List<Item> items) throws TokenizerException {
    int least = 0;
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      least += item.least();
      boolean last = i == items.size() - 1;
      if (!last && item.most() != item.least()) {
        if (item.most() > 1 || overlap(item.codePoints(), items.get(i + 1).codePoints())) {
          throw unknown();
        }
      }
    }
    if (least == 0) {
      throw unknown(); // it would match where nothing is
    }
    return items;
  }

  private static boolean overlap(CodePointClass a, CodePointClass b) {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (a.has(c) && b.has(c)) {
        return true;
      }
    }
    return false;
  }

  private Item item() throws TokenizerException {
    CodePointClass codePoints = new CodePointClass(single());
    if (at == regex.length()) {
      return new Item(codePoints, 1, 1);
    }
    boolean repeated = QUANTIFIERS.indexOf(regex.charAt(at)) >= 0;
    Item item =
        switch (regex.charAt(at)) {
          case '+' -> new Item(codePoints, 1, UNBOUNDED);
          case '*' -> new Item(codePoints, 0, UNBOUNDED);
          case '?' -> new Item(codePoints, 0, 1);
          case '{' -> counted(codePoints);
          default -> new Item(codePoints, 1, 1);
        };
    if (repeated) {
      at++;
      if (at < regex.length() && QUANTIFIERS.indexOf(regex.charAt(at)) >= 0) {
        throw unknown(); // lazy, possessive
      }
    }
    return item;
  }

  /** {n}, {n,} or {n,m}; stops at the last character. */
  private Item counted(CodePointClass codePoints) throws TokenizerException {
    int close = regex.indexOf('}', at);
    if (close < 0 || !regex.substring(at + 1, close).matches("\\d{1,4}(,\\d{0,4})?")) {
      throw unknown();
    }
    String[] bounds = regex.substring(at + 1, close).split(",", -1);
    int least = Integer.parseInt(bounds[0]);
    int most = least;
    if (bounds.length == 2) {
      most = bounds[1].isEmpty() ? UNBOUNDED : Integer.parseInt(bounds[1]);
    }
    if (least > MOST_REPEATS || most < least || most == 0) {
      throw unknown();
    }
    at = close;
    return new Item(codePoints, least, most);
  }

  private IntPredicate single() throws TokenizerException {
    int codePoint = next();
    if (codePoint == '[') {
      return set();
    }
    if (codePoint == '\\') {
      return escaped();
    }
    if (codePoint == '.') {
      return other -> other != '\n';
    }
    if (codePoint < 0x80 && SPECIAL.indexOf(codePoint) >= 0) {
      throw unknown();
    }
    return other -> other == codePoint;
  }

  private int next() throws TokenizerException {
    if (at == regex.length()) {
      throw unknown();
    }
    int codePoint = regex.codePointAt(at);
    at += Character.charCount(codePoint);
    return codePoint;
  }

  private IntPredicate set() throws TokenizerException {
    boolean negated = regex.startsWith("^", at);
    at += negated ? 1 : 0;
    IntPredicate any = other -> false;
    for (int codePoint = next(); codePoint != ']'; codePoint = next()) {
      if (codePoint == '[' || codePoint == '&') {
        throw unknown(); // sets in sets
      }
      any = any.or(codePoint == '\\' ? escaped() : range(codePoint));
    }
    return negated ? any.negate() : any;
  }

  private IntPredicate range(int first) throws TokenizerException {
    if (!regex.startsWith("-", at) || regex.startsWith("-]", at)) {
      return other -> other == first;
    }
    at++;
    int last = next();
    if (last == '\\' || last == '[' || last < first) {
      throw unknown();
    }
    return other -> other >= first && other <= last;
  }

  private IntPredicate escaped() throws TokenizerException {
    int codePoint = next();
    return switch (codePoint) {
      case 's' -> CodePointClass.WHITE_SPACE::has;
      case 'S' -> not(CodePointClass.WHITE_SPACE);
      case 'w' -> CodePointClass.WORD::has;
      case 'W' -> not(CodePointClass.WORD);
      case 'd' -> LibraryUnicode::isDigit;
      case 'D' -> other -> !LibraryUnicode.isDigit(other);
      case 'p' -> property();
      case 'P' -> property().negate();
      case 'n' -> other -> other == '\n';
      case 'r' -> other -> other == '\r';
      case 't' -> other -> other == '\t';
      default -> {
        if (Pattern.isAlphanumeric(codePoint)) {
          throw unknown();
        }
        yield other -> other == codePoint;
      }
    };
  }

  private static IntPredicate not(CodePointClass codePoints) {
    return other -> !codePoints.has(other);
  }

  private IntPredicate property() throws TokenizerException {
    for (String name : List.of("{L}", "{N}", "{P}", "{M}")) {
      if (regex.startsWith(name, at)) {
        at += name.length();
        return switch (name) {
          case "{L}" -> CodePointClass.LETTER::has;
          case "{N}" -> CodePointClass.NUMBER::has;
          case "{M}" -> CodePointClass.MARK::has;
          default -> RegexParser::isPunctuation;
        };
      }
    }
    throw unknown();
  }

  private static boolean isPunctuation(int codePoint) {
    return switch (LibraryUnicode.newCategory(codePoint)) {
      case UCharacterCategory.CONNECTOR_PUNCTUATION,
          UCharacterCategory.DASH_PUNCTUATION,
          UCharacterCategory.START_PUNCTUATION,
          UCharacterCategory.END_PUNCTUATION,
          UCharacterCategory.INITIAL_PUNCTUATION,
          UCharacterCategory.FINAL_PUNCTUATION,
          UCharacterCategory.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  private TokenizerException unknown() {
    return new TokenizerException(
        where
            + ": Ganglion does not match the regular expression "
            + regex
            + ", only literals, sets of characters and their repetition.");
  }
}
