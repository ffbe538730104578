package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Puts something before each text that is not empty. */
record PrependNormalizer(String prepend) implements Normalizer {
  static final String TYPE = "Prepend";

  static PrependNormalizer read(JsonFields fields) throws TokenizerException {
    String prepend = fields.text(PREPEND);
    Pieces.requireLength(prepend, fields.where());
    return new PrependNormalizer(prepend);
  }

  private static final String PREPEND = "prepend";

  @Override
  public CodePoints normalize(CodePoints text) {
    if (text.length() == 0) {
      return text;
    }
    CodePoints whole = text.empty(text.length() + prepend.length());
    prepend.codePoints().forEach(codePoint -> whole.add(codePoint, text, 0, 1));
    whole.copy(text, 0, text.length());
    return whole;
  }

  @Override
  public boolean keepsAlphanumerics() {
    return true;
  }

  @Override
  public void describe(ObjectNode to) {
    to.put(PREPEND, prepend).put("type", TYPE);
  }
}
