package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Splits at the matches of a pattern.
 *
 * @param invert whether what lies between the matches is the delimiter
 */
record SplitPreTokenizer(Pattern pattern, SplitBehavior behavior, boolean invert)
    implements PreTokenizer {
  static final String TYPE = "Split";

  private static final String BEHAVIOR = "behavior";
  private static final String INVERT = "invert";

  static SplitPreTokenizer read(JsonFields fields) throws TokenizerException {
    return new SplitPreTokenizer(
        Pattern.read(fields.object(Pattern.FIELD)),
        SplitBehavior.read(fields.text(BEHAVIOR), fields.where()),
        fields.flag(INVERT, false));
  }

  @Override
  public Words split(Words words) {
    CodePoints text = words.text();
    Words split = new Words(text, words.count() + text.length() / 4);
    for (int word = 0; word < words.count(); word++) {
      SplitBehavior.Parts parts = behavior.new Parts(split);
      int start = words.start(word);
      int end = words.end(word);
      for (int i = start; i < end; ) {
        int matchEnd = pattern.match(text, i, end);
        if (matchEnd <= i) {
          i++;
          continue;
        }
        if (start < i) {
          parts.add(start, i, invert);
        }
        parts.add(i, matchEnd, !invert);
        i = matchEnd;
        start = matchEnd;
      }
      if (start < end) {
        parts.add(start, end, invert);
      }
      parts.finish();
    }
    return split;
  }

  @Override
  public boolean keepsAlphanumerics() {
    return behavior != SplitBehavior.REMOVED || (!invert && !pattern.mayTouchAlphanumerics());
  }

  @Override
  public void describe(ObjectNode to) {
    to.put(BEHAVIOR, behavior.json()).put(INVERT, invert);
    pattern.describe(to.putObject(Pattern.FIELD));
    to.put("type", TYPE);
  }
}
