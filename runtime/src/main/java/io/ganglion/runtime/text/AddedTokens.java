package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tokens that a tokenizer has beside its model's pieces, or takes out of a text before its
 * model sees it.
 *
 * @param all by id
 * @param inText finds those that are looked for in the caller's text
 * @param inNormalized finds those that are looked for in the normalized text
 */
record AddedTokens(List<AddedToken> all, TokenFinder inText, TokenFinder inNormalized) {
  /** Bounds memory; models in use have some thousands. */
  private static final int MOST = 100_000;

  static AddedTokens read(JsonFields root, Model model, Normalizer normalizer)
      throws TokenizerException {
    List<AddedToken> tokens = new ArrayList<>();
    if (root.value("added_tokens") != null) {
      for (JsonFields fields : root.objects("added_tokens")) {
        tokens.add(AddedToken.read(fields));
      }
    }
    requireFit(tokens, model, root.where());
    tokens.removeIf(token -> token.content().isEmpty());
    tokens.sort(Comparator.comparingInt(AddedToken::id));
    return of(tokens, normalizer);
  }

  static AddedTokens of(List<AddedToken> tokens, Normalizer normalizer) {
    TokenFinder.Builder inText = new TokenFinder.Builder();
    TokenFinder.Builder inNormalized = new TokenFinder.Builder();
    for (AddedToken token : tokens) {
      String content = token.content();
      if (token.normalized()) {
        CodePoints points = CodePoints.of(content, 0, content.length(), false);
        inNormalized.add(normalizer.normalize(points).toString(), token);
      } else {
        inText.add(content, token);
      }
    }
    return new AddedTokens(List.copyOf(tokens), inText.build(), inNormalized.build());
  }

  private static void requireFit(List<AddedToken> tokens, Model model, String where)
      throws TokenizerException {
    if (tokens.size() > MOST) {
      throw new TokenizerException(
          "%s: there are %d added tokens, and at most %d are allowed."
              .formatted(where, tokens.size(), MOST));
    }
    Set<Integer> ids = new HashSet<>();
    Set<String> contents = new HashSet<>();
    for (AddedToken token : tokens) {
      int known = model.idOf(token.content());
      String other = model.pieces().get(token.id());
      if (known >= 0 ? known != token.id() : other != null && !other.isEmpty()) {
        throw new TokenizerException(
            "%s: the added token %s has the id %d, and the vocabulary has another piece there."
                .formatted(where, token.content(), token.id()));
      }
      if (!ids.add(token.id()) || !contents.add(token.content())) {
        throw new TokenizerException(
            "%s: there are two added tokens %s, or two with the id %d."
                .formatted(where, token.content(), token.id()));
      }
    }
  }

  /** One more than the highest id. */
  int size() {
    return all.isEmpty() ? 0 : all.get(all.size() - 1).id() + 1;
  }

  void describe(ObjectNode root) {
    var list = root.putArray("added_tokens");
    all.forEach(token -> token.describe(list.addObject()));
  }
}
