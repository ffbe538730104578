package io.ganglion.runtime.text;

/** Splits words at each code point of a class. */
record ClassSplit(CodePointClass delimiters, SplitBehavior behavior) {
  Words split(Words words) {
    CodePoints text = words.text();
    Words split = new Words(text, words.count() + 8);
    for (int word = 0; word < words.count(); word++) {
      SplitBehavior.Parts parts = behavior.new Parts(split);
      int start = words.start(word);
      for (int i = start; i < words.end(word); i++) {
        if (delimiters.has(text.at(i))) {
          if (start < i) {
            parts.add(start, i, false);
          }
          parts.add(i, i + 1, true);
          start = i + 1;
        }
      }
      if (start < words.end(word)) {
        parts.add(start, words.end(word), false);
      }
      parts.finish();
    }
    return split;
  }
}
