package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The steps of the tokenizers library: added tokens are taken out, what is left is normalized,
 * split into words and these into pieces. BERT's steps are one pass over the text.
 */
final class PipelineEncoder implements TextEncoder {
  private final Model model;
  private final Normalizer normalizer;
  private final PreTokenizer preTokenizer;
  private final AddedTokens added;
  private final WordCache cache = new WordCache();
  private final @Nullable CharTable onePass; // null if the steps are not BERT's
  private final boolean tracked;
  private final boolean alphanumericsAreTokens;

  private PipelineEncoder(
      Model model, Normalizer normalizer, PreTokenizer preTokenizer, AddedTokens added) {
    this.model = model;
    this.normalizer = normalizer;
    this.preTokenizer = preTokenizer;
    this.added = added;
    tracked = preTokenizer.needsPlaces();
    onePass =
        normalizer instanceof BertNormalizer bert
                && preTokenizer instanceof BertPreTokenizer
                && model instanceof WordPieceModel
                && added.inNormalized().isEmpty()
            ? new CharTable(bert.rules())
            : null;
    alphanumericsAreTokens = alphanumericsAreTokens();
  }

  static PipelineEncoder read(JsonFields root, Model model) throws TokenizerException {
    Normalizer normalizer = Normalizers.read(root.objectOrNull("normalizer"));
    PreTokenizer preTokenizer = PreTokenizers.read(root.objectOrNull("pre_tokenizer"));
    AddedTokens added = AddedTokens.read(root, model, normalizer);
    return new PipelineEncoder(model, normalizer, preTokenizer, added);
  }

  private boolean alphanumericsAreTokens() {
    boolean kept = normalizer.keepsAlphanumerics() && preTokenizer.keepsAlphanumerics();
    for (int c = 0; c < 0x80; c++) {
      kept &= !Pattern.isAlphanumeric(c) || model.hasTokenFor(c);
    }
    return kept;
  }

  @Override
  public void encode(String text, TokenSink sink) {
    if (!added.inText().mayFind(text)) {
      encodePart(text, 0, text.length(), sink);
      return;
    }
    CodePoints points = CodePoints.of(text, 0, text.length(), true);
    TokenFinder.Parts parts = added.inText().find(points);
    if (parts == null) {
      encodePart(text, 0, text.length(), sink);
      return;
    }
    for (int i = 0; i < parts.count(); i++) {
      int from = parts.start(i);
      int to = parts.end(i);
      if (parts.token(i) >= 0) {
        sink.beginWord();
        sink.add(parts.token(i), points, from, to);
      } else if (encodePart(text, points.start(from), points.end(to - 1), sink)) {
        break;
      }
    }
  }

  /** Adds a part of the text without added tokens, and says whether that is enough. */
  private boolean encodePart(String text, int from, int to, TokenSink sink) {
    if (onePass != null && model instanceof WordPieceModel pieces) {
      return new WordPieces(onePass, pieces, sink).add(text, from, to);
    }
    CodePoints normalized =
        normalizer.normalize(CodePoints.of(text, from, to, tracked || sink.isPlaced()));
    TokenFinder.Parts parts =
        added.inNormalized().isEmpty() ? null : added.inNormalized().find(normalized);
    if (parts == null) {
      return encodeWords(Words.whole(normalized), sink);
    }
    for (int i = 0; i < parts.count(); i++) {
      if (parts.token(i) >= 0) {
        sink.beginWord();
        sink.add(parts.token(i), normalized, parts.start(i), parts.end(i));
      } else if (encodeWords(Words.part(normalized, parts.start(i), parts.end(i)), sink)) {
        return true;
      }
    }
    return false;
  }

  private boolean encodeWords(Words part, TokenSink sink) {
    Words words = preTokenizer.split(part);
    for (int word = 0; word < words.count(); word++) {
      sink.beginWord();
      if (sink.isPlaced()) {
        model.tokenize(words.text(), words.start(word), words.end(word), sink);
      } else {
        cache.tokenize(model, words.text(), words.start(word), words.end(word), sink);
      }
      if (sink.hasEnough()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean hasTokens(String text) {
    if (alphanumericsAreTokens) {
      for (int i = 0; i < text.length(); i++) {
        if (Pattern.isAlphanumeric(text.charAt(i))) {
          return true;
        }
      }
    }
    TokenSink sink = new TokenSink(1, false);
    encode(text, sink);
    return sink.count() > 0;
  }

  @Override
  public int size() {
    return Math.max(model.pieces().size(), added.size());
  }

  @Override
  public void describe(ObjectNode to) {
    added.describe(to);
    model.describe(to.putObject("model"));
    normalizer.describe(to.putObject("normalizer"));
    preTokenizer.describe(to.putObject("pre_tokenizer"));
  }
}
