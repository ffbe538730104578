package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** WordPieces by the rules of google-research/bert, which knows no special tokens in a text. */
final class GoogleBertEncoder implements TextEncoder {
  /** In the place of a normalizer and a pre-tokenizer in {@code tokenizer.json}. */
  static final String TYPE = "GoogleBert";

  private static final String LOWER_CASE = "lowercase";

  private final boolean lowerCase;
  private final WordPieceModel model;
  private final CharTable table;

  GoogleBertEncoder(boolean lowerCase, WordPieceModel model) {
    this.lowerCase = lowerCase;
    this.model = model;
    table = new CharTable(new GoogleBertRules(lowerCase));
  }

  static GoogleBertEncoder read(JsonFields normalizer, Model model) throws TokenizerException {
    boolean lowerCase = normalizer.flag(LOWER_CASE, true);
    normalizer.end();
    if (model instanceof WordPieceModel pieces) {
      return new GoogleBertEncoder(lowerCase, pieces);
    }
    throw new TokenizerException(normalizer.where() + ": " + TYPE + " needs a WordPiece model.");
  }

  @Override
  public void encode(String text, TokenSink sink) {
    new WordPieces(table, model, sink).add(text, 0, text.length());
  }

  @Override
  public boolean hasTokens(String text) {
    TokenSink sink = new TokenSink(1, false);
    encode(text, sink);
    return sink.count() > 0;
  }

  @Override
  public int size() {
    return model.pieces().size();
  }

  @Override
  public void describe(ObjectNode to) {
    model.describe(to.putObject("model"));
    to.putObject("normalizer").put(LOWER_CASE, lowerCase).put("type", TYPE);
  }
}
