package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pieces of a model by id. An id may be unused. Immutable. */
final class Pieces {
  /** Bounds memory. The largest vocabularies in use have 256,000 pieces. */
  static final int MAX = 1 << 20;

  /** Bounds the walk from one character on. The longest pieces in use have 128 characters. */
  static final int MAX_LENGTH = 1000;

  private final @Nullable String[] byId;

  private Pieces(@Nullable String[] byId) {
    this.byId = byId;
  }

  /** Pieces by index. Of two equal ones the later counts, and an empty one counts never. */
  static Pieces ofLines(List<String> lines) {
    @Nullable String[] byId = new String[lines.size()];
    Map<String, Integer> ids = new HashMap<>(lines.size() * 2);
    for (int id = 0; id < byId.length; id++) {
      String piece = lines.get(id);
      if (!piece.isEmpty()) {
        Integer earlier = ids.put(piece, id);
        if (earlier != null) {
          byId[earlier] = null;
        }
        byId[id] = piece;
      }
    }
    return new Pieces(byId);
  }

  /**
   * Pieces by id.
   *
   * @param where names the file in messages
   */
  static Pieces of(Map<String, Integer> ids, String where) throws TokenizerException {
    int last = -1;
    for (int id : ids.values()) {
      last = Math.max(last, id);
    }
    @Nullable String[] byId = new String[last + 1];
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      String other = byId[entry.getValue()];
      if (other != null) {
        throw new TokenizerException(
            where + ": the pieces " + other + " and " + entry.getKey() + " have the same id.");
      }
      byId[entry.getValue()] = entry.getKey();
    }
    return new Pieces(byId);
  }

  static void requireLength(String piece, String where) throws TokenizerException {
    if (piece.length() > MAX_LENGTH) {
      throw new TokenizerException(
          "%s: a piece has %d characters, and at most %d are allowed."
              .formatted(where, piece.length(), MAX_LENGTH));
    }
  }

  /** One more than the highest id. */
  int size() {
    return byId.length;
  }

  /** The piece, or null if the id is unused. */
  @Nullable String get(int id) {
    return id >= 0 && id < byId.length ? byId[id] : null;
  }

  /** Writes the pieces with their ids, in the order of the ids. */
  void describe(ObjectNode to) {
    for (int id = 0; id < byId.length; id++) {
      String piece = byId[id];
      if (piece != null) {
        to.put(piece, id);
      }
    }
  }
}
