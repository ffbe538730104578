package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Removes white space from the ends of a text. */
record StripNormalizer(boolean left, boolean right) implements Normalizer {
  static final String TYPE = "Strip";

  private static final String LEFT = "strip_left";
  private static final String RIGHT = "strip_right";

  static StripNormalizer read(JsonFields fields) throws TokenizerException {
    return new StripNormalizer(fields.flag(LEFT, true), fields.flag(RIGHT, true));
  }

  @Override
  public CodePoints normalize(CodePoints text) {
    int from = 0;
    int to = text.length();
    while (left && from < to && CodePointClass.WHITE_SPACE.has(text.at(from))) {
      from++;
    }
    while (right && to > from && CodePointClass.WHITE_SPACE.has(text.at(to - 1))) {
      to--;
    }
    if (to - from == text.length()) {
      return text;
    }
    CodePoints stripped = text.empty(to - from);
    stripped.copy(text, from, to);
    return stripped;
  }

  @Override
  public boolean keepsAlphanumerics() {
    return true;
  }

  @Override
  public void describe(ObjectNode to) {
    to.put(LEFT, left).put(RIGHT, right).put("type", TYPE);
  }
}
