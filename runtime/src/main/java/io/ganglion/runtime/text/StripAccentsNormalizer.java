package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Removes all combining marks. */
record StripAccentsNormalizer() implements Normalizer {
  static final String TYPE = "StripAccents";

  @Override
  public CodePoints normalize(CodePoints text) {
    if (text.isAscii()) {
      return text;
    }
    CodePoints kept = text.empty(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (!NormalForm.isMark(text.at(i))) {
        kept.copy(text, i);
      }
    }
    return kept;
  }

  @Override
  public boolean keepsAlphanumerics() {
    return true;
  }

  @Override
  public void describe(ObjectNode to) {
    to.put("type", TYPE);
  }
}
