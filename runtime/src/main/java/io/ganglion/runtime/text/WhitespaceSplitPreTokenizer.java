package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Splits at white space. */
record WhitespaceSplitPreTokenizer() implements PreTokenizer {
  static final String TYPE = "WhitespaceSplit";

  @Override
  public Words split(Words words) {
    CodePoints text = words.text();
    Words split = new Words(text, words.count() + text.length() / 4);
    for (int word = 0; word < words.count(); word++) {
      int start = words.start(word);
      for (int i = start; i < words.end(word); i++) {
        if (CodePointClass.WHITE_SPACE.has(text.at(i))) {
          split.add(start, i);
          start = i + 1;
        }
      }
      split.add(start, words.end(word));
    }
    return split;
  }

  @Override
  public void describe(ObjectNode to) {
    to.put("type", TYPE);
  }
}
