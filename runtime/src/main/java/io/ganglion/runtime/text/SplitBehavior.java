package io.ganglion.runtime.text;

/** What becomes of the delimiters at which a word is split. */
enum SplitBehavior {
  REMOVED("Removed"),
  ISOLATED("Isolated"),
  MERGED_WITH_PREVIOUS("MergedWithPrevious"),
  MERGED_WITH_NEXT("MergedWithNext"),
  CONTIGUOUS("Contiguous");

  private final String json;

  SplitBehavior(String json) {
    this.json = json;
  }

  String json() {
    return json;
  }

  static SplitBehavior read(String json, String where) throws TokenizerException {
    for (SplitBehavior behavior : values()) {
      if (behavior.json.equals(json)) {
        return behavior;
      }
    }
    throw new TokenizerException(where + ": there is no behavior " + json + " of a split.");
  }

  /** Collects the parts of one word in order, and adds the words that they make. */
  final class Parts {
    private final Words words;
    private int start; // of the word that is not added yet
    private int end;
    private boolean open; // there is such a word
    private boolean lastMatched;

    Parts(Words words) {
      this.words = words;
    }

    /** The next part; it is not empty and begins where the last one ended. */
    void add(int from, int to, boolean matched) {
      boolean joins =
          open
              && switch (SplitBehavior.this) {
                case REMOVED, ISOLATED -> false;
                case MERGED_WITH_PREVIOUS -> matched && !lastMatched;
                case MERGED_WITH_NEXT -> !matched && lastMatched;
                case CONTIGUOUS -> matched == lastMatched;
              };
      if (!joins) {
        finish();
        start = from;
        open = SplitBehavior.this != REMOVED || !matched;
      }
      end = to;
      lastMatched = matched;
    }

    /** Adds the last word. */
    void finish() {
      if (open) {
        words.add(start, end);
      }
      open = false;
    }
  }
}
