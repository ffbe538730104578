package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a normalizer replaces or a pre-tokenizer splits at. Of several matches the leftmost counts;
 * a match has at least one code point. Looking for all matches takes time linear in the text.
 * Immutable, thread-safe.
 */
sealed interface Pattern permits Gpt2Pattern, RunPattern {
  /** Its field in {@code tokenizer.json}. */
  String FIELD = "pattern";

  /** The end of the match that begins here, or a place not after {@code at} if there is none. */
  int match(CodePoints text, int at, int end);

  /** Whether a match can contain an ASCII letter or digit. */
  boolean mayTouchAlphanumerics();

  void describe(ObjectNode to);

  static Pattern read(JsonFields fields) throws TokenizerException {
    String literal = fields.text("String", "");
    String regex = fields.text("Regex", "");
    fields.end();
    if (literal.isEmpty() == regex.isEmpty()) {
      throw new TokenizerException(fields.where() + " is neither a String nor a Regex.");
    }
    Pieces.requireLength(literal, fields.where());
    Pieces.requireLength(regex, fields.where());
    if (regex.equals(Gpt2Pattern.REGEX)) {
      return Gpt2Pattern.INSTANCE;
    }
    return literal.isEmpty()
        ? RunPattern.ofRegex(regex, fields.where())
        : RunPattern.ofLiteral(literal);
  }

  static boolean isAlphanumeric(int codePoint) {
    return codePoint < 0x80 && Character.isLetterOrDigit(codePoint);
  }
}
