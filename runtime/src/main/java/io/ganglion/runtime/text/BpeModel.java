package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Byte-pair encoding: begins with the characters of a word and merges pairs of pieces in the order
 * that training found. Immutable, thread-safe.
 */
final class BpeModel implements Model {
  static final String TYPE = "BPE";

  private static final String FUSE = "fuse_unk";
  private static final String WHOLE = "ignore_merges";
  private static final String MERGES = "merges";
  private static final String UNKNOWN = "unk_token";

  private final Pieces pieces;
  private final List<Merge> merges;
  private final @Nullable String unknownToken;
  private final boolean fusesUnknown;
  private final boolean prefersWhole;
  private final ByteFallback fallback;
  private final PieceTrie trie;
  private final MergeTable table;
  private final int unknown;

  /** Two pieces that are merged. */
  private record Merge(String left, String right) {}

  private BpeModel(JsonFields fields, PieceTrie trie, Pieces pieces, List<Merge> merges)
      throws TokenizerException {
    this.pieces = pieces;
    this.merges = merges;
    this.trie = trie;
    unknownToken = fields.value(UNKNOWN) == null ? null : fields.text(UNKNOWN);
    fusesUnknown = fields.flag(FUSE, false);
    prefersWhole = fields.flag(WHOLE, false);
    fallback = ByteFallback.read(fields, trie);
    unknown = unknownToken == null ? PieceTrie.NONE : trie.idOf(unknownToken);
    if (unknownToken != null && unknown == PieceTrie.NONE) {
      throw new TokenizerException(
          fields.where() + ": the vocabulary has no unk_token " + unknownToken + ".");
    }
    table = table(fields.where());
  }

  static BpeModel read(JsonFields fields) throws TokenizerException {
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!fields.text(affix, "").isEmpty()) {
        throw new TokenizerException(fields.where() + ": Ganglion has no BPE with " + affix + ".");
      }
    }
    JsonNode dropout = fields.value("dropout");
    if (dropout != null && dropout.doubleValue() != 0) {
      throw new TokenizerException(fields.where() + ": Ganglion has no BPE with dropout.");
    }
    Pieces pieces = Pieces.of(fields.ids("vocab"), fields.where());
    return new BpeModel(fields, new PieceTrie(pieces), pieces, merges(fields));
  }

  private static List<Merge> merges(JsonFields fields) throws TokenizerException {
    List<Merge> merges = new ArrayList<>();
    for (JsonNode merge : fields.list(MERGES)) {
      if (merge.isArray() && merge.size() == 2) {
        merges.add(new Merge(merge.get(0).asText(), merge.get(1).asText()));
        continue;
      }
      String text = merge.asText(); // the older spelling
      int space = text.indexOf(' ');
      if (space < 0 || text.indexOf(' ', space + 1) >= 0) {
        throw new TokenizerException(
            "%s: %s[%d] is not two pieces.".formatted(fields.where(), MERGES, merges.size()));
      }
      merges.add(new Merge(text.substring(0, space), text.substring(space + 1)));
    }
    if (merges.size() > Pieces.MAX) {
      throw new TokenizerException(
          "%s: there are %d merges, and at most %d are allowed."
              .formatted(fields.where(), merges.size(), Pieces.MAX));
    }
    return merges;
  }

  private MergeTable table(String where) throws TokenizerException {
    MergeTable filled = new MergeTable(merges.size());
    for (Merge merge : merges) {
      int left = trie.idOf(merge.left);
      int right = trie.idOf(merge.right);
      int result = trie.idOf(merge.left + merge.right);
      if (left == PieceTrie.NONE || right == PieceTrie.NONE || result == PieceTrie.NONE) {
        throw new TokenizerException(
            "%s: the merge of %s and %s names a piece that the vocabulary has not."
                .formatted(where, merge.left, merge.right));
      }
      filled.add(left, right, result);
    }
    return filled;
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
    return unknownToken != null || idOf(codePoint) != PieceTrie.NONE;
  }

  private int idOf(int codePoint) {
    int node = trie.child(PieceTrie.ROOT, codePoint);
    return node == PieceTrie.NONE ? PieceTrie.NONE : trie.id(node);
  }

  @Override
  public void tokenize(CodePoints text, int from, int to, TokenSink sink) {
    if (prefersWhole) {
      int whole = trie.idOf(text, from, to);
      if (whole != PieceTrie.NONE) {
        sink.add(whole, text, from, to);
        return;
      }
    }
    Merging merging = new Merging(table, (to - from) * (fallback.isEmpty() ? 1 : Utf8.LONGEST));
    addSymbols(text, from, to, merging);
    merging.merge();
    int at = from;
    for (int i = 0; i < merging.length(); i++) {
      int end = Math.min(to, at + merging.width(i));
      sink.add(merging.symbol(i), text, at, end);
      at = end;
    }
  }

  private void addSymbols(CodePoints text, int from, int to, Merging merging) {
    int unknowns = 0; // code points that wait to become one unknown token
    for (int i = from; i < to; i++) {
      int id = idOf(text.at(i));
      if (id == PieceTrie.NONE && !fallback.isEmpty()) {
        fallback.add(text.at(i), merging);
      } else if (id != PieceTrie.NONE) {
        addUnknown(unknowns, merging);
        unknowns = 0;
        merging.add(id, 1);
      } else if (fusesUnknown || unknowns == 0) {
        unknowns++;
      } else {
        addUnknown(unknowns, merging);
        unknowns = 1;
      }
    }
    addUnknown(unknowns, merging);
  }

  private void addUnknown(int width, Merging merging) {
    if (width > 0 && unknown != PieceTrie.NONE) {
      merging.add(unknown, width);
    }
  }

  @Override
  public void describe(ObjectNode to) {
    to.put(ByteFallback.FIELD, !fallback.isEmpty())
        .put(FUSE, fusesUnknown)
        .put(WHOLE, prefersWhole);
    ArrayNode list = to.putArray(MERGES);
    for (Merge merge : merges) {
      list.addArray().add(merge.left).add(merge.right);
    }
    to.put("type", TYPE).put(UNKNOWN, unknownToken);
    pieces.describe(to.putObject("vocab"));
  }
}
