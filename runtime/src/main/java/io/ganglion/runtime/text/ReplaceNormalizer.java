package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Puts a text in the place of all matches of a pattern. */
record ReplaceNormalizer(Pattern pattern, String content) implements Normalizer {
  static final String TYPE = "Replace";

  private static final String CONTENT = "content";

  static ReplaceNormalizer read(JsonFields fields) throws TokenizerException {
    String content = fields.text(CONTENT);
    Pieces.requireLength(content, fields.where());
    return new ReplaceNormalizer(Pattern.read(fields.object(Pattern.FIELD)), content);
  }

  @Override
  public CodePoints normalize(CodePoints text) {
    int at = 0;
    int end = text.length();
    CodePoints replaced = null;
    for (int i = 0; i < end; ) {
      int matchEnd = pattern.match(text, i, end);
      if (matchEnd <= i) {
        i++;
        continue;
      }
      if (replaced == null) {
        replaced = text.empty(end);
      }
      replaced.copy(text, at, i);
      int first = i;
      for (int c = 0; c < content.length(); ) {
        int codePoint = content.codePointAt(c);
        replaced.add(codePoint, text, first, matchEnd);
        c += Character.charCount(codePoint);
      }
      i = matchEnd;
      at = matchEnd;
    }
    if (replaced == null) {
      return text;
    }
    replaced.copy(text, at, end);
    return replaced;
  }

  @Override
  public boolean keepsAlphanumerics() {
    return !pattern.mayTouchAlphanumerics();
  }

  @Override
  public void describe(ObjectNode to) {
    to.put(CONTENT, content);
    pattern.describe(to.putObject(Pattern.FIELD));
    to.put("type", TYPE);
  }
}
