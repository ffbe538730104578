package io.ganglion.runtime.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the tokens of short words that were seen lately. A word has one place, and a new word
 * takes it from an old one, so that no text can make it slow. Thread-safe: its entries never
 * change, and threads that race lose a word at most.
 */
final class WordCache {
  /** 2 MB at most; a text's common words are far fewer. */
  private static final int PLACES = 1 << 13;

  /** Longer words are rare. */
  private static final int LONGEST = 24;

  private final @Nullable Entry[] entries = new Entry[PLACES];

  /** A word and its tokens. */
  private static final class Entry {
    private final int[] word;
    private final int[] tokens;

    Entry(int[] word, int[] tokens) {
      this.word = word;
      this.tokens = tokens;
    }
  }

  /** Adds the word's tokens, from here or from the model. */
  void tokenize(Model model, CodePoints text, int from, int to, TokenSink sink) {
    if (to - from > LONGEST) {
      model.tokenize(text, from, to, sink);
      return;
    }
    int[] values = text.values();
    int place = place(values, from, to);
    Entry entry = entries[place];
    if (entry != null
        && entry.word.length == to - from
        && Arrays.equals(entry.word, 0, to - from, values, from, to)) {
      sink.addAll(entry.tokens);
      return;
    }
    int before = sink.count();
    model.tokenize(text, from, to, sink);
    entries[place] = new Entry(Arrays.copyOfRange(values, from, to), sink.since(before));
  }

  private static int place(int[] values, int from, int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + values[i];
    }
    return (hash * 0x9e3779b9) >>> 19; // 2^32 / golden ratio; 13 bits are left
  }
}
