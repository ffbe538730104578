package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Makes spaces visible as SentencePiece does, and begins a word at each of them.
 *
 * @param replacement what stands for a space
 * @param prepend which words get one before them
 * @param split whether words begin at them
 */
record MetaspacePreTokenizer(int replacement, Prepend prepend, boolean split)
    implements PreTokenizer {
  static final String TYPE = "Metaspace";

  private static final String REPLACEMENT = "replacement";
  private static final String SCHEME = "prepend_scheme";
  private static final String SPLIT = "split";

  /** Which words get a space before them if they have none. */
  enum Prepend {
    ALWAYS("always"),
    /** The one at the beginning of the caller's text. */
    FIRST("first"),
    NEVER("never");

    private final String json;

    Prepend(String json) {
      this.json = json;
    }
  }

  static MetaspacePreTokenizer read(JsonFields fields) throws TokenizerException {
    String replacement = fields.text(REPLACEMENT);
    if (replacement.codePointCount(0, replacement.length()) != 1) {
      throw new TokenizerException(fields.where() + ": replacement is not one character.");
    }
    fields.ignore("str_rep"); // the replacement once more
    boolean prefixed = fields.flag("add_prefix_space", true); // the older spelling
    String scheme = fields.text(SCHEME, prefixed ? Prepend.ALWAYS.json : Prepend.NEVER.json);
    for (Prepend prepend : Prepend.values()) {
      if (prepend.json.equals(scheme) && (prefixed || prepend == Prepend.NEVER)) {
        return new MetaspacePreTokenizer(
            replacement.codePointAt(0), prepend, fields.flag(SPLIT, true));
      }
    }
    throw new TokenizerException(
        fields.where() + ": the prepend_scheme " + scheme + " is unknown or contradicted.");
  }

  @Override
  public Words split(Words words) {
    CodePoints text = words.text();
    CodePoints marked = text.empty(text.length() + words.count());
    Words result = new Words(marked, words.count() + 8);
    for (int word = 0; word < words.count(); word++) {
      int from = words.start(word);
      int start = marked.length();
      if (prepends(text, from)) {
        marked.add(replacement, text, from, from + 1);
      }
      for (int i = from; i < words.end(word); i++) {
        int codePoint = text.at(i) == ' ' ? replacement : text.at(i);
        if (split && codePoint == replacement) {
          result.add(start, marked.length());
          start = marked.length();
        }
        marked.add(codePoint, text, i, i + 1);
      }
      result.add(start, marked.length());
    }
    return result;
  }

  private boolean prepends(CodePoints text, int at) {
    if (text.at(at) == ' ' || text.at(at) == replacement) {
      return false;
    }
    return prepend == Prepend.ALWAYS || (prepend == Prepend.FIRST && text.start(at) == 0);
  }

  @Override
  public boolean needsPlaces() {
    return prepend == Prepend.FIRST;
  }

  @Override
  public void describe(ObjectNode to) {
    to.put(SCHEME, prepend.json).put(REPLACEMENT, Character.toString(replacement));
    to.put(SPLIT, split).put("type", TYPE);
  }
}
