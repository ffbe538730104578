package io.ganglion.runtime.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pair encoding as BERT describes it: tokenizes both texts in full, then removes single tokens. */
final class TokenizerReference {
  private TokenizerReference() {}

  /** All ids of a text. */
  static int[] fast(Vocabulary vocabulary, boolean lowerCase, String text) {
    CharTable table = lowerCase ? CharTable.LOWER_CASED : CharTable.CASED;
    WordPieces pieces = new WordPieces(vocabulary, table, Integer.MAX_VALUE).add(text);
    int[] ids = new int[pieces.count()];
    pieces.copyTo(ids, 0, ids.length);
    return ids;
  }

  static TokenSequence encode(
      Vocabulary vocabulary, boolean lowerCase, int maxLength, String a, @Nullable String b) {
    List<Integer> first = list(fast(vocabulary, lowerCase, a));
    List<Integer> second = b == null ? List.of() : list(fast(vocabulary, lowerCase, b));
    if (second.isEmpty()) {
      first = first.subList(0, Math.min(first.size(), maxLength - 2));
    }
    boolean pair = !second.isEmpty();
    while (pair && first.size() + second.size() > maxLength - 3) {
      if (first.size() > second.size()) {
        first.remove(first.size() - 1);
      } else {
        second.remove(second.size() - 1);
      }
    }
    return sequence(vocabulary, first, second);
  }

  private static TokenSequence sequence(
      Vocabulary vocabulary, List<Integer> first, List<Integer> second) {
    boolean pair = !second.isEmpty();
    List<Integer> ids = new ArrayList<>();
    ids.add(vocabulary.id("[CLS]").getAsInt());
    ids.addAll(first);
    ids.add(vocabulary.id("[SEP]").getAsInt());
    int[] segments = new int[ids.size() + (pair ? second.size() + 1 : 0)];
    Arrays.fill(segments, ids.size(), segments.length, 1);
    if (pair) {
      ids.addAll(second);
      ids.add(vocabulary.id("[SEP]").getAsInt());
    }
    return new TokenSequence(ids.stream().mapToInt(Integer::intValue).toArray(), segments);
  }

  private static List<Integer> list(int[] ids) {
    return new ArrayList<>(Arrays.stream(ids).boxed().toList());
  }
}
