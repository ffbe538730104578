package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Splits at punctuation. */
record PunctuationPreTokenizer(SplitBehavior behavior) implements PreTokenizer {
  static final String TYPE = "Punctuation";

  private static final String BEHAVIOR = "behavior";

  static PunctuationPreTokenizer read(JsonFields fields) throws TokenizerException {
    String behavior = fields.text(BEHAVIOR, SplitBehavior.ISOLATED.json());
    return new PunctuationPreTokenizer(SplitBehavior.read(behavior, fields.where()));
  }

  @Override
  public Words split(Words words) {
    return new ClassSplit(CodePointClass.PUNCTUATION, behavior).split(words);
  }

  @Override
  public void describe(ObjectNode to) {
    to.put(BEHAVIOR, behavior.json()).put("type", TYPE);
  }
}
