package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Makes a visible character of each byte of the text in UTF-8, so that every text can be written
 * with 256 pieces.
 *
 * @param addPrefixSpace whether a word that does not begin with a space gets one
 * @param trimOffsets whether places in the text leave spaces out
 * @param useRegex whether words are looked for first
 */
record ByteLevelPreTokenizer(boolean addPrefixSpace, boolean trimOffsets, boolean useRegex)
    implements PreTokenizer {
  static final String TYPE = "ByteLevel";

  private static final String PREFIX = "add_prefix_space";
  private static final String TRIM = "trim_offsets";
  private static final String REGEX = "use_regex";

  private static final int[] CHARACTERS = characters();

  static ByteLevelPreTokenizer read(JsonFields fields) throws TokenizerException {
    return new ByteLevelPreTokenizer(
        fields.flag(PREFIX, true), fields.flag(TRIM, true), fields.flag(REGEX, true));
  }

  /** The visible Latin-1 characters stand for themselves, the other bytes for those from U+0100. */
  private static int[] characters() {
    int[] characters = new int[256];
    int next = 256;
    for (int b = 0; b < characters.length; b++) {
      boolean visible = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      characters[b] = visible ? b : next++;
    }
    return characters;
  }

  /** The character that stands for a byte. */
  static int character(int unsignedByte) {
    return CHARACTERS[unsignedByte];
  }

  @Override
  public Words split(Words words) {
    Words spaced = addPrefixSpace ? prefixed(words) : words;
    CodePoints text = spaced.text();
    CodePoints bytes = text.empty(text.length() + text.length() / 8);
    Words result = new Words(bytes, spaced.count() + text.length() / 4);
    byte[] utf8 = new byte[Utf8.LONGEST];
    for (int word = 0; word < spaced.count(); word++) {
      int end = spaced.end(word);
      for (int i = spaced.start(word); i < end; ) {
        int wordEnd = useRegex ? Gpt2Pattern.INSTANCE.match(text, i, end) : end;
        int start = bytes.length();
        for (; i < wordEnd; i++) {
          addBytes(text, i, utf8, bytes);
        }
        result.add(start, bytes.length());
      }
    }
    return result;
  }

  private static void addBytes(CodePoints text, int index, byte[] utf8, CodePoints bytes) {
    int codePoint = text.at(index);
    if (codePoint < 0x80) {
      bytes.add(CHARACTERS[codePoint], text, index, index + 1);
      return;
    }
    int size = Utf8.encode(codePoint, utf8, 0);
    for (int b = 0; b < size; b++) {
      bytes.add(CHARACTERS[utf8[b] & 0xff], text, index, index + 1);
    }
  }

  private static Words prefixed(Words words) {
    CodePoints text = words.text();
    CodePoints spaced = text.empty(text.length() + words.count());
    Words result = new Words(spaced, words.count());
    for (int word = 0; word < words.count(); word++) {
      int from = words.start(word);
      int start = spaced.length();
      if (text.at(from) != ' ') {
        spaced.add(' ', text, from, from + 1);
      }
      spaced.copy(text, from, words.end(word));
      result.add(start, spaced.length());
    }
    return result;
  }

  @Override
  public void describe(ObjectNode to) {
    to.put(PREFIX, addPrefixSpace).put(TRIM, trimOffsets).put("type", TYPE).put(REGEX, useRegex);
  }
}
