package io.ganglion.compiler.tune.pairs;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The features of a pair that can be seen without understanding it.
 *
 * @param onlyA distinct words of the first text that the second lacks
 * @param onlyB distinct words of the second text that the first lacks
 * @param length number of words in both texts, in steps of four
 */
record Surface(int onlyA, int onlyB, int length) {
  private static final Splitter WORDS = Splitter.on(CharMatcher.anyOf(" .,")).omitEmptyStrings();

  static Surface of(TextPair pair) {
    List<String> a = words(pair.textA());
    List<String> b = words(pair.textB());
    return new Surface(missing(a, b), missing(b, a), (a.size() + b.size()) / 4);
  }

  /** Lower-case words without punctuation. */
  static List<String> words(String text) {
    return WORDS.splitToList(text.toLowerCase(Locale.ROOT));
  }

  private static int missing(List<String> from, List<String> in) {
    Set<String> left = new HashSet<>(from);
    in.forEach(left::remove);
    return left.size();
  }
}
