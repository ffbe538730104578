package io.ganglion.runtime.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pair encoding as BERT describes it: tokenizes both texts in full, then removes single tokens. */
final class TokenizerReference {
  private TokenizerReference() {}

  /** All ids of a text. */
  static int[] all(TextEncoder encoder, String text) {
    TokenSink sink = new TokenSink(Integer.MAX_VALUE, false);
    encoder.encode(text, sink);
    int[] ids = new int[sink.count()];
    sink.copyTo(ids, 0);
    return ids;
  }

  static TextEncoder google(Vocabulary vocabulary, boolean lowerCase) {
    return new GoogleBertEncoder(lowerCase, WordPieceModel.google(vocabulary));
  }

  static TokenSequence encode(Vocabulary vocabulary, int maxLength, String a, @Nullable String b) {
    TextEncoder encoder = google(vocabulary, true);
    List<Integer> first = list(all(encoder, a));
    List<Integer> second = b == null ? List.of() : list(all(encoder, b));
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
