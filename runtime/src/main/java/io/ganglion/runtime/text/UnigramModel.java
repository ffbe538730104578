package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/**
 * SentencePiece's unigram model: of all ways to split a word into pieces it takes the one with the
 * highest sum of scores. Immutable, thread-safe.
 */
final class UnigramModel implements Model {
  static final String TYPE = "Unigram";

  private static final String UNKNOWN = "unk_id";
  private static final String VOCABULARY = "vocab";

  /** How much worse than the worst piece an unknown character is. */
  private static final double UNKNOWN_PENALTY = 10;

  private final Pieces pieces;
  private final double[] scores;
  private final int unknown;
  private final ByteFallback fallback;
  private final PieceTrie trie;
  private final double unknownScore;

  private UnigramModel(
      Pieces pieces, PieceTrie trie, double[] scores, int unknown, ByteFallback fallback) {
    this.pieces = pieces;
    this.trie = trie;
    this.scores = scores;
    this.unknown = unknown;
    this.fallback = fallback;
    unknownScore = Arrays.stream(scores).min().orElseThrow() - UNKNOWN_PENALTY;
  }

  static UnigramModel read(JsonFields fields) throws TokenizerException {
    var list = fields.list(VOCABULARY);
    if (list.isEmpty() || list.size() > Pieces.MAX) {
      throw new TokenizerException(
          "%s: there are %d pieces, and 1 to %d are allowed."
              .formatted(fields.where(), list.size(), Pieces.MAX));
    }
    String[] texts = new String[list.size()];
    double[] scores = new double[texts.length];
    for (int id = 0; id < texts.length; id++) {
      JsonNode piece = list.get(id);
      if (!piece.isArray()
          || piece.size() != 2
          || !piece.get(0).isTextual()
          || !piece.get(1).isNumber()
          || !Double.isFinite(piece.get(1).doubleValue())) {
        throw new TokenizerException(
            "%s: %s[%d] is not a piece with a finite score."
                .formatted(fields.where(), VOCABULARY, id));
      }
      texts[id] = piece.get(0).textValue();
      scores[id] = piece.get(1).doubleValue();
      Pieces.requireLength(texts[id], fields.where());
    }
    Pieces pieces = Pieces.ofLines(Arrays.asList(texts));
    PieceTrie trie = new PieceTrie(pieces);
    int unknown = fields.number(UNKNOWN, 0, texts.length - 1);
    return new UnigramModel(pieces, trie, scores, unknown, ByteFallback.read(fields, trie));
  }

  @Override
  public Pieces pieces() {
    return pieces;
  }

  @Override
  public int idOf(String token) {
    return trie.idOf(token);
  }

  @Override
  public boolean hasTokenFor(int codePoint) {
    return true;
  }

  @Override
  public void tokenize(CodePoints text, int from, int to, TokenSink sink) {
    int length = to - from;
    int[] ids = new int[length + 1]; // of the last piece of the best way to each place
    int[] starts = bestStarts(text, from, length, ids);
    int[] ends = new int[length];
    int count = 0;
    for (int end = length; end > 0; end = starts[end]) {
      ends[count++] = end;
    }
    int at = 0;
    for (int i = count - 1; i >= 0; i--) {
      boolean unknownFollows = ids[ends[i]] == unknown && i > 0 && ids[ends[i - 1]] == unknown;
      if (!unknownFollows) { // several in a row are one token
        addPiece(ids[ends[i]], text, from + at, from + ends[i], sink);
        at = ends[i];
      }
    }
  }

  /** Where the last piece begins of the best way to each place. */
  private int[] bestStarts(CodePoints text, int from, int length, int[] ids) {
    int[] starts = new int[length + 1];
    double[] best = new double[length + 1];
    Arrays.fill(starts, -1);
    for (int start = 0; start < length; start++) {
      boolean single = false;
      int node = PieceTrie.ROOT;
      for (int i = start; i < length; i++) {
        node = trie.child(node, text.at(from + i));
        if (node == PieceTrie.NONE) {
          break;
        }
        int id = trie.id(node);
        if (id != PieceTrie.NONE) {
          single |= i == start;
          double score = scores[id] + best[start];
          if (starts[i + 1] < 0 || score > best[i + 1]) {
            best[i + 1] = score;
            starts[i + 1] = start;
            ids[i + 1] = id;
          }
        }
      }
      double score = unknownScore + best[start];
      if (!single && (starts[start + 1] < 0 || score > best[start + 1])) {
        best[start + 1] = score;
        starts[start + 1] = start;
        ids[start + 1] = unknown;
      }
    }
    return starts;
  }

  private void addPiece(int id, CodePoints text, int from, int to, TokenSink sink) {
    if (id != unknown) {
      sink.add(id, text, from, to);
      return;
    }
    int whole = trie.idOf(text, from, to);
    if (whole != PieceTrie.NONE) {
      sink.add(whole, text, from, to);
    } else if (fallback.isEmpty()) {
      sink.add(unknown, text, from, to);
    } else {
      fallback.add(text, from, to, sink);
    }
  }

  @Override
  public void describe(ObjectNode to) {
    to.put(ByteFallback.FIELD, !fallback.isEmpty()).put("type", TYPE).put(UNKNOWN, unknown);
    ArrayNode list = to.putArray(VOCABULARY);
    for (int id = 0; id < scores.length; id++) {
      String piece = pieces.get(id);
      list.addArray().add(piece == null ? "" : piece).add(scores[id]);
    }
  }
}
