package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * BERT's cleaning of texts.
 *
 * @param stripAccents null does what {@code lowercase} says
 */
record BertNormalizer(
    boolean cleanText, boolean handleChinese, @Nullable Boolean stripAccents, boolean lowercase)
    implements Normalizer {
  static final String TYPE = "BertNormalizer";

  private static final String CLEAN = "clean_text";
  private static final String CHINESE = "handle_chinese_chars";
  private static final String ACCENTS = "strip_accents";
  private static final String LOWER = "lowercase";

  static BertNormalizer read(JsonFields fields) throws TokenizerException {
    return new BertNormalizer(
        fields.flag(CLEAN, true),
        fields.flag(CHINESE, true),
        fields.value(ACCENTS) == null ? null : fields.flag(ACCENTS, true),
        fields.flag(LOWER, true));
  }

  /** What it does with each code point, and the words that BertPreTokenizer then sees. */
  LibraryBertRules rules() {
    return new LibraryBertRules(cleanText, handleChinese, strips(), lowercase);
  }

  private boolean strips() {
    return stripAccents == null ? lowercase : stripAccents;
  }

  @Override
  public CodePoints normalize(CodePoints text) {
    CodePoints cleaned = clean(text);
    if (strips()) {
      cleaned = withoutAccents(NormalForm.NFD.apply(cleaned));
    }
    return lowercase ? LowercaseNormalizer.lowerCase(cleaned) : cleaned;
  }

  private CodePoints clean(CodePoints text) {
    LibraryBertRules rules = rules();
    CodePoints cleaned = text.empty(text.length());
    for (int i = 0; i < text.length(); i++) {
      int codePoint = text.at(i);
      if (rules.isDropped(codePoint)) {
        continue;
      }
      if (rules.isIdeograph(codePoint)) {
        cleaned.add(' ', text, i, i + 1);
        cleaned.copy(text, i);
        cleaned.add(' ', text, i, i + 1);
      } else {
        cleaned.add(
            cleanText && CodePointClass.WHITE_SPACE.has(codePoint) ? ' ' : codePoint,
            text,
            i,
            i + 1);
      }
    }
    return cleaned;
  }

  private static CodePoints withoutAccents(CodePoints text) {
    if (text.isAscii()) {
      return text;
    }
    CodePoints kept = text.empty(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (!LibraryUnicode.isNonSpacingMark(text.at(i))) {
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
    to.put(CLEAN, cleanText).put(CHINESE, handleChinese).put(LOWER, lowercase);
    to.put(ACCENTS, strips()).put("type", TYPE);
  }
}
