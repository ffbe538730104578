package io.ganglion.runtime.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a text or a pair of texts as BERT does: {@code [CLS] a [SEP]} or {@code [CLS] a [SEP] b
 * [SEP]}, cut to the maximum length from the longer text. Immutable, thread-safe. The work is
 * linear in the text that is read until the sequence is full. No text makes it fail.
 *
 * <p>A text is tokenized no further than to {@code maxLength - 2} pieces. This does not change the
 * result: cutting takes single pieces from the longer text (from {@code b} at a tie) until both
 * fit. On its way it passes through the lengths (min(a, n), min(b, n)) for every n at which both
 * together are still too long.
 */
public final class PairEncoder {
  private static final int MIN_LENGTH = 3;
  private static final int SINGLE_SPECIALS = 2;
  private static final int PAIR_SPECIALS = 3;

  private final Vocabulary vocabulary;
  private final CharTable table;
  private final int maxLength;

  /**
   * @param lowerCase whether to lower-case and strip accents, as uncased models want it
   * @param maxLength most tokens of a sequence, [CLS] and [SEP] included; at least 3
   */
  public PairEncoder(Vocabulary vocabulary, boolean lowerCase, int maxLength) {
    if (maxLength < MIN_LENGTH) {
      throw new IllegalArgumentException(
          "A sequence needs room for [CLS], a token and [SEP]: " + maxLength);
    }
    this.vocabulary = vocabulary;
    this.table = lowerCase ? CharTable.LOWER_CASED : CharTable.CASED;
    this.maxLength = maxLength;
  }

  /**
   * Encodes {@code a}, or the pair of {@code a} and {@code b} if {@code b} is not null and the cut
   * leaves a token of it.
   */
  public TokenSequence encode(String a, @Nullable String b) {
    WordPieces first = pieces(a, maxLength - SINGLE_SPECIALS);
    if (b != null) {
      WordPieces second = pieces(b, maxLength - SINGLE_SPECIALS);
      if (second.count() > 0) {
        return cut(first, second);
      }
    }
    return single(first, first.count());
  }

  /** Whether a text has anything to encode, besides white space, control characters and accents. */
  public boolean hasTokens(String text) {
    return pieces(text, 1).count() > 0;
  }

  private WordPieces pieces(String text, int limit) {
    return new WordPieces(vocabulary, table, limit).add(text);
  }

  private TokenSequence cut(WordPieces first, WordPieces second) {
    int room = maxLength - PAIR_SPECIALS;
    int a = first.count();
    int b = second.count();
    while (a + b > room) {
      if (a > b) {
        a--;
      } else {
        b--;
      }
    }
    return b == 0 ? single(first, a) : pair(first, a, second, b);
  }

  private TokenSequence single(WordPieces pieces, int length) {
    int[] inputIds = new int[length + SINGLE_SPECIALS];
    inputIds[0] = vocabulary.classify();
    pieces.copyTo(inputIds, 1, length);
    inputIds[length + 1] = vocabulary.separate();
    return new TokenSequence(inputIds, new int[inputIds.length]);
  }

  private TokenSequence pair(WordPieces first, int a, WordPieces second, int b) {
    int[] inputIds = new int[a + b + PAIR_SPECIALS];
    inputIds[0] = vocabulary.classify();
    first.copyTo(inputIds, 1, a);
    inputIds[a + 1] = vocabulary.separate();
    second.copyTo(inputIds, a + 2, b);
    inputIds[a + b + 2] = vocabulary.separate();
    int[] segmentIds = new int[inputIds.length];
    Arrays.fill(segmentIds, a + 2, segmentIds.length, 1);
    return new TokenSequence(inputIds, segmentIds);
  }
}
