package io.ganglion.runtime.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Which text of a pair is cut where both together are too long. */
enum Truncation {
  /**
   * The longer text, as tokenizers 0.23 does it. That version reads each text to the end of the
   * word that reaches the longest sequence, and compares what it has read. At an odd number of
   * places the longer text has one more; if they are equally long, the second.
   */
  LONGEST_FIRST("LongestFirst"),

  /**
   * The first text. The library refuses a pair whose second text leaves no place; here the longer
   * text is cut, because a server has an answer for every text.
   */
  ONLY_FIRST("OnlyFirst"),

  /** The second text, and the longer one where that does not suffice. */
  ONLY_SECOND("OnlySecond"),

  /**
   * Single tokens of the longer text, and of the second where both are equally long, as
   * google-research/bert does it: at an odd number of places the first text has one more. A second
   * text without tokens is no text.
   */
  GOOGLE("GoogleLongestFirst");

  private static final String STRATEGY = "strategy";
  private static final String DIRECTION = "direction";
  private static final String RIGHT = "Right";

  private final String json;

  Truncation(String json) {
    this.json = json;
  }

  /**
   * Tokens that are kept.
   *
   * @param first of the first text
   * @param second of the second text
   */
  record Kept(int first, int second) {}

  /** Cuts a pair to {@code room} tokens, special ones not counted. */
  Kept cut(int first, int second, int room) {
    if (first + second <= room) {
      return new Kept(first, second);
    }
    return switch (this) {
      case LONGEST_FIRST -> longestFirst(first, second, room);
      case ONLY_FIRST ->
          second < room ? new Kept(room - second, second) : longestFirst(first, second, room);
      case ONLY_SECOND ->
          first < room ? new Kept(first, room - first) : longestFirst(first, second, room);
      case GOOGLE -> google(first, second, room);
    };
  }

  private static Kept longestFirst(int first, int second, int room) {
    boolean firstIsShort = first <= second;
    int shorter = Math.min(Math.min(first, second), room / 2);
    int longer = room - shorter;
    return firstIsShort ? new Kept(shorter, longer) : new Kept(longer, shorter);
  }

  private static Kept google(int first, int second, int room) {
    int half = room / 2;
    if (second <= half) {
      return new Kept(room - second, second);
    }
    return first <= room - half ? new Kept(first, room - first) : new Kept(room - half, half);
  }

  /** Reads the part of a {@code tokenizer.json}; null stands for the usual. */
  static Truncation read(@Nullable JsonFields fields) throws TokenizerException {
    if (fields == null) {
      return LONGEST_FIRST;
    }
    fields.ignore("max_length"); // a matter of the model
    fields.ignore("stride"); // what is cut off is not read
    String direction = fields.text(DIRECTION, RIGHT);
    if (!direction.equals(RIGHT)) {
      throw new TokenizerException(
          fields.where() + ": texts are cut at the right only, not at the " + direction + ".");
    }
    String strategy = fields.text(STRATEGY, LONGEST_FIRST.json);
    fields.end();
    for (Truncation truncation : values()) {
      if (truncation.json.equals(strategy)) {
        return truncation;
      }
    }
    throw new TokenizerException(
        fields.where() + ": there is no truncation strategy " + strategy + ".");
  }

  void describe(ObjectNode to) {
    to.put(DIRECTION, RIGHT);
    to.put(STRATEGY, json);
  }
}
