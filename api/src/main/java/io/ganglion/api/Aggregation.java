package io.ganglion.api;

/**
 * How the labels of tokens become entities. All but {@link #NONE} join neighbours: a label that
 * begins with {@code B-} begins an entity; one that begins with {@code I-}, or with neither, goes
 * on with an entity of the same kind. The label {@code O} is no entity.
 *
 * <pre>{@code
 * client.tag(texts, Aggregation.FIRST);
 * }</pre>
 */
public enum Aggregation {
  /** Each token by itself, with its whole label. */
  NONE,
  /** Tokens are joined, even within a word. */
  SIMPLE,
  /** Words are joined. A word has the label of its first token. */
  FIRST,
  /** Words are joined. A word has the label of the token with the highest score. */
  MAX,
  /** Words are joined. A word has the label with the highest mean over its tokens. */
  AVERAGE
}
