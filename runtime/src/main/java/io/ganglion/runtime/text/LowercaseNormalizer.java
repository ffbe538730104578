package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Lower-cases each code point for itself. */
record LowercaseNormalizer() implements Normalizer {
  static final String TYPE = "Lowercase";

  @Override
  public CodePoints normalize(CodePoints text) {
    return lowerCase(text);
  }

  static CodePoints lowerCase(CodePoints text) {
    CodePoints lower = text.empty(text.length());
    for (int i = 0; i < text.length(); i++) {
      int codePoint = text.at(i);
      if (codePoint < 0x80) {
        boolean capital = codePoint >= 'A' && codePoint <= 'Z';
        lower.add(capital ? codePoint + ('a' - 'A') : codePoint, text, i, i + 1);
      } else {
        for (int part : LibraryUnicode.lowerCase(codePoint)) {
          lower.add(part, text, i, i + 1);
        }
      }
    }
    return lower;
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
