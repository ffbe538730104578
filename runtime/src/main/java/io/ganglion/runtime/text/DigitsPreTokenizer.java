package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Makes words of numbers.
 *
 * @param individual whether of each digit alone
 */
record DigitsPreTokenizer(boolean individual) implements PreTokenizer {
  static final String TYPE = "Digits";

  private static final String INDIVIDUAL = "individual_digits";

  static DigitsPreTokenizer read(JsonFields fields) throws TokenizerException {
    return new DigitsPreTokenizer(fields.flag(INDIVIDUAL, false));
  }

  @Override
  public Words split(Words words) {
    SplitBehavior behavior = individual ? SplitBehavior.ISOLATED : SplitBehavior.CONTIGUOUS;
    return new ClassSplit(CodePointClass.NUMBER, behavior).split(words);
  }

  @Override
  public void describe(ObjectNode to) {
    to.put(INDIVIDUAL, individual).put("type", TYPE);
  }
}
