package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * All that a tokenizer does, except how long a sequence may be: what a {@code tokenizer.json} of
 * the HuggingFace tokenizers library says, or the rules of google-research/bert over a vocabulary.
 * Immutable, thread-safe.
 *
 * <p>{@link #toJson} is its normal form, a {@code tokenizer.json} with the fields that change the
 * tokens and no others. It differs from the library's format in two places: {@code truncation} has
 * no length, and Google's rules are the normalizer {@code GoogleBert} and the strategy {@code
 * GoogleLongestFirst}.
 */
public final class TokenizerSpec {
  private static final String VERSION = "1.0";

  private final TextEncoder texts;
  private final Template template;
  private final Truncation truncation;

  private TokenizerSpec(TextEncoder texts, Template template, Truncation truncation) {
    this.texts = texts;
    this.template = template;
    this.truncation = truncation;
  }

  /**
   * The tokenizer of google-research/bert.
   *
   * @param lowerCase whether to lower-case and strip accents, as uncased models want it
   */
  public static TokenizerSpec googleBert(Vocabulary vocabulary, boolean lowerCase) {
    return new TokenizerSpec(
        new GoogleBertEncoder(lowerCase, WordPieceModel.google(vocabulary)),
        Template.bert(
            special(vocabulary, Vocabulary.CLASSIFY), special(vocabulary, Vocabulary.SEPARATE)),
        Truncation.GOOGLE);
  }

  private static Template.Special special(Vocabulary vocabulary, String token) {
    return new Template.Special(token, vocabulary.id(token).orElseThrow(), 0);
  }

  /** Reads a {@code tokenizer.json}, in normal form or as HuggingFace's tools write it. */
  public static TokenizerSpec read(Path file) throws TokenizerException {
    return of(TokenizerFile.read(file), file.toString());
  }

  /**
   * Reads the bytes of a {@code tokenizer.json}.
   *
   * @param where names them in messages
   */
  public static TokenizerSpec parse(byte[] json, String where) throws TokenizerException {
    return of(TokenizerFile.parse(json, where), where);
  }

  private static TokenizerSpec of(ObjectNode root, String where) throws TokenizerException {
    JsonFields fields = JsonFields.of(root, where);
    String version = fields.text("version", VERSION);
    if (!version.equals(VERSION)) {
      throw new TokenizerException(
          "%s has version %s, and Ganglion reads %s.".formatted(where, version, VERSION));
    }
    fields.ignore("decoder"); // for text from ids
    fields.ignore("padding"); // batches are not padded
    TextEncoder texts = TextEncoders.read(fields);
    Template template = PostProcessors.read(fields.objectOrNull("post_processor"));
    Truncation truncation = Truncation.read(fields.objectOrNull("truncation"));
    fields.end();
    return new TokenizerSpec(texts, template, truncation);
  }

  /** The normal form, UTF-8. The same tokenizer has the same bytes. */
  public byte[] toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    texts.describe(root);
    template.describe(root.putObject("post_processor"));
    truncation.describe(root.putObject("truncation"));
    root.put("version", VERSION);
    return TokenizerFile.format(root);
  }

  /** The least number of rows that a table of its tokens has: one more than the highest id. */
  public int vocabularySize() {
    int size = texts.size();
    for (Template.Special special : template.specials()) {
      size = Math.max(size, special.id() + 1);
    }
    return size;
  }

  /** The least number of rows that a table of segments has. */
  public int segments() {
    return template.segments();
  }

  /** The same with all tokens in segment 0, for models without a table of segments. */
  public TokenizerSpec withoutSegments() {
    return new TokenizerSpec(texts, template.withoutSegments(), truncation);
  }

  /** The least length of a sequence: the special tokens of a pair, or of a text with a token. */
  public int leastLength() {
    return Math.max(Template.specials(template.pair()), Template.specials(template.single()) + 1);
  }

  /**
   * The running tokenizer.
   *
   * @param maxLength most tokens of a sequence, special ones included; at least {@link
   *     #leastLength}
   */
  public Tokenizer tokenizer(int maxLength) {
    if (maxLength < leastLength()) {
      throw new IllegalArgumentException(
          "A sequence of this tokenizer needs room for at least %d tokens: %d"
              .formatted(leastLength(), maxLength));
    }
    return new PairTokenizer(texts, template, truncation, maxLength);
  }
}
