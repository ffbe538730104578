package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Takes runs of letters, marks and digits, and runs of other signs; white space is left out. */
record WhitespacePreTokenizer() implements PreTokenizer {
  static final String TYPE = "Whitespace";

  @Override
  public Words split(Words words) {
    CodePoints text = words.text();
    Words split = new Words(text, words.count() + text.length() / 4);
    for (int word = 0; word < words.count(); word++) {
      for (int i = words.start(word); i < words.end(word); ) {
        int start = i;
        boolean letters = CodePointClass.WORD.has(text.at(i));
        if (!letters && CodePointClass.WHITE_SPACE.has(text.at(i))) {
          i++;
          continue;
        }
        while (i < words.end(word)
            && CodePointClass.WORD.has(text.at(i)) == letters
            && (letters || !CodePointClass.WHITE_SPACE.has(text.at(i)))) {
          i++;
        }
        split.add(start, i);
      }
    }
    return split;
  }

  @Override
  public void describe(ObjectNode to) {
    to.put("type", TYPE);
  }
}
